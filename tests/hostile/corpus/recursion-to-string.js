// status: error
// error: RangeError
const loop = { toString() { return '' + loop; } };
'' + loop;
