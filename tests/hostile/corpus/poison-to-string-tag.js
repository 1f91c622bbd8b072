// status: ok
// variables: {"done": true}
Object.prototype[Symbol.toStringTag] = 'RegExp'; 
console.log({ a: 1 }, [1], new Map()); 
Object.defineProperty(Object.prototype, Symbol.toStringTag, { get() { throw new Error('poison'); } });
console.log({ a: 1 }, [1]); setVariable('done', true);
