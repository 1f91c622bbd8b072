// status: ok
// variables: {"value": 1, "stolen": 0}
const stolen = [];
Object.defineProperty(Array.prototype, '0', { set(value) { stolen.push(value); }, get() { return 'poison'; } });
setCrmFields({ slug: 'notes', fields: [{ fieldKey: 'text', value: 1 }] });
console.log('a', 'b');
setVariable('value', getCrmField({ slug: 'notes', fieldKey: 'text' }));
setVariable('stolen', stolen.length);
