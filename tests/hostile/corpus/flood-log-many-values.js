// status: ok, error, memory_limit
// error: RangeError, InternalError
// reason: as many as the stack takes
console.log(...new Array(20000).fill('x')); setVariable('done', true);
