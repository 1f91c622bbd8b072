// status: error
// error: Error
Object.defineProperty(Error, 'stackTraceLimit', { get() { for (;;); } });
throw new Error('x');
