// status: time_limit, memory_limit, error
// error: RangeError, InternalError
// reason: the separators alone are longer than a string may be
[].join.call({ length: 2 ** 32 - 1 }, 'xx');
