// status: ok
// variables: {"x": {"a": 1}, "clean": true}
let stack = '';
try { setVariable('x', { get a() { stack = new Error('x').stack; return 1; } }); } catch { }
setVariable('clean', !/<input>|encode|begin|send/.test(stack));
