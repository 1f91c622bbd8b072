// status: memory_limit
const kept = []; for (;;) kept.push(new Proxy({}, {}));
