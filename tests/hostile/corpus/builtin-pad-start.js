// status: error, memory_limit
// error: RangeError, InternalError
// reason: longer than a string may be
'a'.padStart(2 ** 30, 'ab');
