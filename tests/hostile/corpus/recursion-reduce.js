// status: error
// error: RangeError
function fold() { return [1, 2].reduce(fold); }
fold();
