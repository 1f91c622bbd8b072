// status: error
// error: Error
setCrmField({ slug: 'notes', fieldKey: 'text', value: new Proxy({}, { ownKeys() { throw new Error('mine'); } }) });
