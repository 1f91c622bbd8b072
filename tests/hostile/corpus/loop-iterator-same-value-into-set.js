// status: time_limit
new Set({ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) });
