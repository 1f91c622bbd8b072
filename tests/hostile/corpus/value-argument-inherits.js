// status: error
// error: TypeError
setCrmField(Object.create({ slug: 'notes', fieldKey: 'text', value: 1 }));
