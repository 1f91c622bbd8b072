// status: ok, error
// error: RangeError
// reason: the stack is told or not
Object.defineProperty(Error.prototype, 'message', { get() { return new Error('x').stack; } });
setVariable('stack', typeof new Error().stack);
