// status: time_limit
Object.fromEntries({ [Symbol.iterator]: () => ({ next: () => ({ value: ['a', 1], done: false }) }) });
