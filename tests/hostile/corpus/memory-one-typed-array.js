// status: memory_limit, error
// error: RangeError, InternalError
// reason: far larger than the heap
new Float64Array(2 ** 28);
