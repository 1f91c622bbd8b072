// status: error
// error: RangeError
const loop = { get x() { return setVariable('x', loop); } };
setVariable('x', loop);
