// status: error
// error: RangeError
setCrmField({ slug: 'notes', fieldKey: 'text', value: 'x'.repeat(70000) });
