// status: ok
// variables: {"pair": {"b": 1}}
setVariable('pair', { a: undefined, b: 1 });
