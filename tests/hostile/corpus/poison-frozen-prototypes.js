// status: ok
// variables: {"list": [{"a": 1}]}
for (const kind of [Object, Array, Function, String, Error, Promise]) { Object.freeze(kind.prototype); Object.freeze(kind); }
Object.freeze(globalThis); 
setVariable('list', [{ a: 1 }]); console.log(new Error('x'));
setCrmField({ slug: 'notes', fieldKey: 'text', value: 'own' });
