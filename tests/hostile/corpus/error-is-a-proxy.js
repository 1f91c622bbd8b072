// status: error
// error: Error
throw new Proxy(new Error('x'), { get() { throw new Error('again'); }, getPrototypeOf() { throw new Error('again'); } });
