// status: error
// error: RangeError
function each() { return [1].map(each); }
each();
