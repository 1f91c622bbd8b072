// status: error
// error: Error
throw Object.defineProperty(new Error('x'), 'name', { get() { throw new Error('again'); } });
