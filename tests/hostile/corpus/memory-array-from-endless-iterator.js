// status: memory_limit
Array.from({ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) });
