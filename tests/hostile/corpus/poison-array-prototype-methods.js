// status: ok
// variables: {"list": [1, [2]]}
for (const name of Object.getOwnPropertyNames(Array.prototype)) if (name !== 'constructor' && name !== 'length') Array.prototype[name] = () => { throw new Error('poison'); };
setVariable('list', [1, [2]]);
console.log([1, 2, 3], new Map([]));
