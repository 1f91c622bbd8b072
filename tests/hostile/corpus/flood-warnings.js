// status: limit
for (let index = 0; ; index++) getCrmField({ slug: 'notes', fieldKey: 'text', ['unknown' + index]: 1 });
