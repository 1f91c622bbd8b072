// status: memory_limit, error
// error: RangeError, InternalError
// reason: far larger than the heap
new ArrayBuffer(2 ** 31 - 1);
