// status: ok
// variables: {"caught": "yes"}
let caught = '';
try { const kept = []; for (;;) kept.push(new ArrayBuffer(65536)); } catch (error) { caught = 'yes'; }
setVariable('caught', caught);
