// status: error
// error: RangeError
function again(value = again()) { return value; }
again();
