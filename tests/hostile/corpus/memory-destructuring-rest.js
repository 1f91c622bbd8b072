// status: memory_limit
const [...all] = { [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) };
