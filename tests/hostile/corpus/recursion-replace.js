// status: error
// error: RangeError
function swap() { return 'a'.replace(/a/, swap); }
swap();
