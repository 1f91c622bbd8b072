// status: ok
// variables: {"done": true}
for (const kind of [Error, Promise, Map, Set, Date, CrmError]) Object.defineProperty(kind, Symbol.hasInstance, { value() { throw new Error('poison'); } });
console.log(new Error('x'), new Map(), new Date(0));
setVariable('done', true);
