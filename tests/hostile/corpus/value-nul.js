// status: error
// error: TypeError
setCrmField({ slug: 'notes', fieldKey: 'text', value: 'a\u0000b' });
