// status: ok
// variables: {"name": "RangeError"}
let depth = 0;
function dig() { depth++; dig(); }
try { dig(); } catch (error) { setVariable('name', error.name); }
