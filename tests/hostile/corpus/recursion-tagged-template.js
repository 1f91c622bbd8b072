// status: error
// error: RangeError
function tag() { return tag`x`; }
tag`x`;
