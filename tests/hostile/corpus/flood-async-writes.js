// status: limit
for (let index = 0; ; index++) setCrmField({ slug: 'notes', fieldKey: 'text', value: index, async: true });
