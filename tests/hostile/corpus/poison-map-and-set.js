// status: ok
// variables: {"done": true}
Map.prototype.forEach = Map.prototype.get = Map.prototype.set = Set.prototype.forEach = Set.prototype.add = () => { throw new Error('poison'); };
Object.defineProperty(Map.prototype, 'size', { get() { throw new Error('poison'); } });
console.log(new Map(), new Set()); setVariable('done', true);
