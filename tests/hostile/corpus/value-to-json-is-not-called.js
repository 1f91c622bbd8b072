// status: ok
// variables: {"pair": {"a": 1}, "name": "TypeError"}
setVariable('pair', { toJSON: undefined, a: 1 });
try { setVariable('pair', { toJSON() { return 'poison'; } }); } catch (error) { setVariable('name', error.name); }
