// status: ok
// variables: {"pair": {"a": 1}}
Object.defineProperty(Object.prototype, 'constructor', { get() { throw new Error('poison'); } });
console.log({ a: 1 }, Object.create({})); setVariable('pair', { a: 1 });
