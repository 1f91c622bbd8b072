// status: error
// error: TypeError
setCrmField({ slug: 'notes', fieldKey: 'text', value: Promise.resolve(1) });
