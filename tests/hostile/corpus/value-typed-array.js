// status: error
// error: TypeError
setCrmField({ slug: 'notes', fieldKey: 'text', value: new Uint8Array(3) });
