// status: ok
// variables: {"list": [1, 2, 3]}
Object.defineProperty(Object.prototype, '0', { set() { throw new Error('poison'); }, get() { return 'poison'; }, configurable: true });
Object.defineProperty(Object.prototype, '1', { set() { throw new Error('poison'); }, configurable: true });
setVariable('list', [1, 2, 3]);
console.log([1, 2], { a: 1 }, 'x');
