// status: error
// error: RangeError
function compare() { [2, 1].sort(compare); return 0; }
[2, 1].sort(compare);
