// status: memory_limit, time_limit, limit
// reason: each one is kept, and each is a job
Promise.all({ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) });
