// status: error
// error: RangeError
const loop = { toJSON() { return JSON.stringify(loop); } };
JSON.stringify(loop);
