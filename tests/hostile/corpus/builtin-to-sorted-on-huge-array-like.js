// status: error
// error: RangeError
[].toSorted.call({ length: 2 ** 53 - 1 });
