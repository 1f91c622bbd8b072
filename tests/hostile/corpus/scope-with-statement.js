// status: ok
// variables: {"own": 1}
with ({ setVariable: undefined, own: 1 }) { globalThis.setVariable('own', own); }
