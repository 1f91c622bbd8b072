// status: ok
// variables: {"text": "own"}
Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => { throw new Error('poison'); };
setCrmField({ slug: 'notes', fieldKey: 'text', value: 'own' });
console.log(new Error('shown'), { a: 1 }, () => 1);
setVariable('text', getCrmField({ slug: 'notes', fieldKey: 'text' }));
