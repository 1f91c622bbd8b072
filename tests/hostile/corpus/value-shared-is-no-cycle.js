// status: ok
// variables: {"pair": [{"a": 1}, {"a": 1}]}
const shared = { a: 1 };
setVariable('pair', [shared, shared]);
