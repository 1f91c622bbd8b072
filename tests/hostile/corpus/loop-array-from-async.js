// status: limit, memory_limit
// reason: values pile up while jobs run
Array.fromAsync({ [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ value: 1, done: false }) }) });
