// status: memory_limit, error
// error: RangeError, TypeError, InternalError
// reason: far larger than the heap
const buffer = new ArrayBuffer(8, { maxByteLength: 2 ** 30 });
buffer.resize(2 ** 30);
