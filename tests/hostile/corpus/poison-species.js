// status: ok
// variables: {"list": [1, 2]}
Object.defineProperty(Array, Symbol.species, { get() { throw new Error('poison'); } });
console.log([1, 2, 3]); setVariable('list', [1, 2]);
