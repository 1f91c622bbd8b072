// status: error
// error: Error
setCrmField({ slug: 'notes', fieldKey: 'text', value: { get a() { throw new Error('mine'); } } });
