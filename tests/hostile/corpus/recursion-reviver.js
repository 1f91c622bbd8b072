// status: error
// error: RangeError
function revive() { return JSON.parse('1', revive); }
revive();
