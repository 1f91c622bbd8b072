// status: error, memory_limit
// error: RangeError, InternalError
// reason: longer than a string may be
'ab'.repeat(2 ** 30);
