// status: ok
// variables: {"list": [1, 2]}
Array.prototype[Symbol.iterator] = function* () { yield 'poison'; };
Object.getPrototypeOf([].values()).next = () => ({ done: true });
console.log('a', 'b');
setVariable('list', [1, 2]);
