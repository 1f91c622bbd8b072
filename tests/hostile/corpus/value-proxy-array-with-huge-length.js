// status: memory_limit, time_limit, limit, error
// error: InternalError, RangeError
// reason: whichever is short first
setVariable('x', new Proxy([], { get: (target, key) => key === 'length' ? 2 ** 53 - 1 : 1 }));
