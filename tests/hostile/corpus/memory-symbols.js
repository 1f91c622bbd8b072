// status: memory_limit
const kept = []; for (;;) kept.push(Symbol('s' + kept.length));
