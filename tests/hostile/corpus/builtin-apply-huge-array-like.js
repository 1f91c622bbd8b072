// status: error, memory_limit
// error: RangeError
// reason: too many arguments
Math.max.apply(null, { length: 2 ** 32 - 1 });
