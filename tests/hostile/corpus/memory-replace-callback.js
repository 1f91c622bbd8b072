// status: memory_limit, error
// error: InternalError, RangeError
// reason: a result of 4 GB
'a'.repeat(2e6).replace(/a/g, () => 'b'.repeat(2000));
