// status: error
// error: RangeError
setCrmField({ slug: 'notes', fieldKey: 'text', get value() { throw new RangeError('mine'); } });
