// status: memory_limit, error, time_limit
// error: RangeError, InternalError
// reason: far larger than the heap
Uint8Array.from({ length: 2 ** 31 });
