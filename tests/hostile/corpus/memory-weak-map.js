// status: memory_limit
const keys = [], kept = new WeakMap(); for (;;) { const key = {}; keys.push(key); kept.set(key, {}); }
