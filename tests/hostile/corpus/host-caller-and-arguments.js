// status: ok
// variables: {"leaked": 0, "caller": "undefined"}
function probe() { try { return probe.caller; } catch { return null; } }
function outer() { return probe(); }
let leaked = 0;
for (const name of ['caller', 'arguments']) { try { if (setCrmField[name] !== undefined && setCrmField[name] !== null) leaked++; } catch { } }
setVariable('leaked', leaked); setVariable('caller', typeof outer());
