// status: error
// error: RangeError
[].slice.call({ length: 2 ** 53 - 1 });
