Object.defineProperty(Promise.prototype, 'constructor', { get() { for (;;); } });
await null;
