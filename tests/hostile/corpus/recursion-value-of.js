// status: error
// error: RangeError
const loop = { valueOf() { return +loop; } };
+loop;
