// status: error
// error: Error
Object.defineProperty(Error.prototype, 'stack', { get() { for (;;); } });
throw new Error('x');
