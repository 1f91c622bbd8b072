// status: ok, error
// error: RangeError, TypeError
// reason: an endless chain of traps may overflow the stack
Object.setPrototypeOf(Array.prototype, new Proxy({}, { get() { throw new RangeError('poison'); } }));
setVariable('list', [1, 2]);
