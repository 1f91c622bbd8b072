// status: ok
// variables: {"done": true}
RegExp.prototype.exec = () => { throw new Error('poison'); };
RegExp.prototype.test = RegExp.prototype[Symbol.replace] = RegExp.prototype.exec;
Object.defineProperty(RegExp.prototype, 'flags', { get() { throw new Error('poison'); } });
Object.defineProperty(RegExp.prototype, 'source', { get() { throw new Error('poison'); } });
console.log(/a/g, 'x'); setVariable('done', true);
