// status: error
// error: RangeError
getCrmField({ slug: 'x'.repeat(100000), fieldKey: 'text' });
