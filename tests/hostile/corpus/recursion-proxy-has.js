// status: error
// error: RangeError
const loop = new Proxy({}, { has() { return 'x' in loop; } });
'x' in loop;
