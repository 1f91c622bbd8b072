// status: ok
// variables: {"text": "ünï\n\"code\""}
for (const name of Object.getOwnPropertyNames(String.prototype)) if (name !== 'constructor' && name !== 'length') String.prototype[name] = () => { throw new Error('poison'); };
setVariable('text', 'ünï\n"code"');
console.log('line', { a: 'b' });
setCrmField({ slug: 'notes', fieldKey: 'text', value: 'own' });
