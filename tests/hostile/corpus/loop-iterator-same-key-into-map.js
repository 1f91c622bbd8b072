// status: time_limit
new Map({ [Symbol.iterator]: () => ({ next: () => ({ value: [1, 1], done: false }) }) });
