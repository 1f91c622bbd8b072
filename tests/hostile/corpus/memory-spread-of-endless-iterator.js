// status: memory_limit
[...{ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) }];
