// status: ok
// variables: {"done": true}
Object.prototype[Symbol.iterator] = String.prototype[Symbol.iterator] = () => { throw new Error('poison'); };
console.log({ a: 'b' }, 'c', [1]);
setVariable('done', true);
