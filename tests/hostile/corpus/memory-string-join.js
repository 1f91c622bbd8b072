// status: memory_limit, error
// error: InternalError, RangeError
// reason: a result of 4 GB
new Array(2e5).fill('x'.repeat(20000)).join('');
