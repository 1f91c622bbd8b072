// status: memory_limit, crashed, ok
// reason: a heap that is full may have no room left to say that a promise failed
globalThis.kept = [];
Promise.resolve().then(function again() { for (let count = 0; count < 100; count++) kept.push(new Array(1000).fill(1)); return Promise.resolve().then(again); });
