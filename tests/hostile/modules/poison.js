for (const holder of [Object.prototype, Array.prototype]) {
  for (const name of ['0', '1', 'w', 'x', 'imports', 'live', 'awaits', 'file', 'names', 'get', 'set', 'value', 'then']) {
    try {
      Object.defineProperty(holder, name, { get() { return undefined; }, set() { throw new Error('poison'); }, configurable: true });
    } catch { /* there already */ }
  }
}
Array.prototype[Symbol.iterator] = Promise.prototype.then = Reflect.get = function () { throw new Error('poison'); };
globalThis.Proxy = globalThis.Promise = globalThis.Object = null;
