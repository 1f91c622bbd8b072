// status: error, memory_limit
// error: RangeError
// reason: far larger than memory
1n << (2n ** 40n);
