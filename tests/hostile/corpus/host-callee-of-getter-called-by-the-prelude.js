// status: ok
// variables: {"pair": {"a": 1}, "leaked": 0}
let leaked = 0;
const probe = { get a() { try { if (arguments.callee.caller) leaked++; } catch { } return 1; } };
setVariable('pair', probe);
setVariable('leaked', leaked);
