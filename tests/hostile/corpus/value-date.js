// status: error
// error: TypeError
setCrmField({ slug: 'notes', fieldKey: 'text', value: new Date(0) });
