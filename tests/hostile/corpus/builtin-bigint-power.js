// status: error, memory_limit, time_limit
// error: RangeError
// reason: far larger than memory
2n ** (2n ** 40n);
