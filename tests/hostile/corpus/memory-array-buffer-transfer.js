// status: memory_limit, error
// error: RangeError, InternalError
// reason: far larger than the heap
new ArrayBuffer(8).transfer(2 ** 31);
