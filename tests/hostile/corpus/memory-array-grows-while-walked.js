// status: memory_limit
const kept = [1]; for (const value of kept) kept.push(value);
