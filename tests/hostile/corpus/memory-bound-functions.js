// status: memory_limit, crashed
// reason: the engine itself fails where bind() finds no memory, and its process with it
const kept = []; for (;;) kept.push(Math.max.bind(null, 1, 2, 3));
