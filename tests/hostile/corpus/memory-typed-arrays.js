// status: memory_limit
const kept = []; for (;;) kept.push(new Float64Array(10000));
