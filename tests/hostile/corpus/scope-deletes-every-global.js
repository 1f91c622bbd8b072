// status: ok
// variables: {"pair": {"a": [1, "b"]}}
const keep = setVariable;
for (const name of Object.getOwnPropertyNames(globalThis)) { try { delete globalThis[name]; } catch { } }
keep('pair', { a: [1, 'b'] });
