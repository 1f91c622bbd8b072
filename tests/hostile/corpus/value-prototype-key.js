// status: ok
// variables: {"keys": ["__proto__", "constructor"], "admin": true}
setCrmField({ slug: 'notes', fieldKey: 'text', value: JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}') });
const back = getCrmField({ slug: 'notes', fieldKey: 'text' });
setVariable('keys', Object.keys(back)); setVariable('admin', back.admin === undefined);
