// status: ok
// variables: {"text": "own"}
Object.prototype.get = () => { throw new Error('poison'); };
Object.prototype.set = Object.prototype.get; Object.prototype.value = 'poison';
setCrmField({ slug: 'notes', fieldKey: 'text', value: 'own' });
setVariable('text', getCrmField({ slug: 'notes', fieldKey: 'text' }));
console.log({ a: 1 });
