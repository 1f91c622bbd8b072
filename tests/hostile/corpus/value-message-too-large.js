// status: limit
setCrmField({ slug: 'notes', fieldKey: 'text', value: 'x'.repeat(400000) });
