// status: memory_limit, crashed
// reason: at the very end of the heap the binding cannot make the error, and ends its process
const kept = []; for (;;) kept.push(Math.max.bind(null, 1, 2, 3));
