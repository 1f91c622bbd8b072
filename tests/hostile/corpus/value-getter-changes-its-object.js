// status: ok
// variables: {"pair": {"a": 1}}
const shifty = { get a() { delete shifty.b; shifty.c = 1; return 1; }, b: 2 };
setVariable('pair', shifty);
