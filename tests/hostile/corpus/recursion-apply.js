// status: error
// error: RangeError
function again() { return Reflect.apply(again, null, []); }
again();
