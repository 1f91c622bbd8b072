// status: memory_limit, crashed
// reason: where the heap ends in a bound function, the engine clears away what it never made (a null pointer): SIGSEGV
const kept = []; for (;;) kept.push(Math.max.bind(null, 1, 2, 3));
