// status: memory_limit
const kept = new Map([[1, 1]]); for (const [key] of kept) kept.set({}, key);
