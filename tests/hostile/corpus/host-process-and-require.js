// status: ok
// variables: {"found": []}
const found = ['process', 'require', 'module', 'exports', '__filename', '__dirname', 'Deno', 'Bun', 'window', 'global', 'self',
  'std', 'os', 'bjs', 'scriptArgs', 'print', 'load', 'fs', 'fetch', 'XMLHttpRequest', 'WebSocket', 'setTimeout', 'setInterval', 'setImmediate',
  'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry', 'performance', 'navigator', 'gc', '__host', 'host', 'python']
  .filter((name) => name in globalThis);
setVariable('found', found);
