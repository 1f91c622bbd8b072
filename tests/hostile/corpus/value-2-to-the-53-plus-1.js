// status: ok
// variables: {"value": 9007199254740992, "same": true}
setCrmField({ slug: 'notes', fieldKey: 'text', value: 2 ** 53 + 1 });
setVariable('value', getCrmField({ slug: 'notes', fieldKey: 'text' }));
setVariable('same', getCrmField({ slug: 'notes', fieldKey: 'text' }) === 2 ** 53 + 1);
