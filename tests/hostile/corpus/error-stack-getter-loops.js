// status: error
// error: Error
throw Object.defineProperty(new Error('x'), 'stack', { get() { for (;;); } });
