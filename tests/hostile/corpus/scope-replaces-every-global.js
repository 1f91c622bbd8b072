// status: ok
// variables: {"pair": {"a": [1, "b"]}}
const keep = setVariable, names = Object.getOwnPropertyNames(globalThis);
for (const name of names) { try { globalThis[name] = () => { throw 1; }; } catch { } }
keep('pair', { a: [1, 'b'] });
