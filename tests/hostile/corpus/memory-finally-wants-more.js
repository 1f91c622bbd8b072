// status: memory_limit
const kept = [];
try { for (;;) kept.push(new Array(100).fill(1)); } finally { for (;;) kept.push(new Array(100).fill(1)); }
