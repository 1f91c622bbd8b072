// status: memory_limit, error, time_limit
// error: InternalError, RangeError
// reason: a result of 4 GB
'a'.repeat(2e6).replaceAll('a', 'b'.repeat(2000));
