// status: ok
// variables: {"pair": {"a": 1}}
setVariable('pair', new Proxy({ a: 1 }, {}));
