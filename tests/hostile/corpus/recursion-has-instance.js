// status: error
// error: RangeError
const loop = { [Symbol.hasInstance]() { return 1 instanceof loop; } };
1 instanceof loop;
