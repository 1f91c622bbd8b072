// status: error
// error: RangeError
const loop = { slug: 'notes', fieldKey: 'text', get value() { return setCrmField(loop); } };
setCrmField(loop);
