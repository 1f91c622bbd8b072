// status: memory_limit
const wide = {}; for (let index = 0; index < 20000; index++) wide['k' + index] = index;
const kept = []; for (;;) kept.push({ ...wide });
