// status: ok
// variables: {"pair": {"a": 2}}
setVariable('pair', { [Symbol('s')]: 1, a: 2 });
