// status: ok
// variables: {"text": "mine"}
setCrmField({ slug: 'notes', fieldKey: 'text', value: 'mine', brand: 'other', session: { brand: 'other' } });
setVariable('text', getCrmField({ slug: 'notes', fieldKey: 'text', brand: 'other' }));
