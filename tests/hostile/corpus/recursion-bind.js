// status: error
// error: RangeError
function again() { return again.bind()(); }
again();
