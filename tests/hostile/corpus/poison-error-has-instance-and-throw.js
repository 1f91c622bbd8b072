// status: error
Object.defineProperty(Error, Symbol.hasInstance, { value() { throw 1; } });
throw new TypeError('mine');
