// status: memory_limit
const kept = []; for (;;) kept.push(3n ** 1000n + BigInt(kept.length));
