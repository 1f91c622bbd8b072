// status: ok
// variables: {"done": true}
Object.defineProperty(Function.prototype, 'name', { get() { throw new Error('poison'); } });
console.log(() => 1, class A { });
setVariable('done', true);
