// status: error
Error.prototype.name = 'Poison'; Error.prototype.toString = () => { for (;;); };
Object.defineProperty(Error.prototype, 'message', { get() { return 'poison'; } });
throw new Error('mine');
