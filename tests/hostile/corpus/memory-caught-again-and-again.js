// status: time_limit, memory_limit
// reason: catching gives no more memory
for (;;) { try { const kept = []; for (;;) kept.push(new Array(1000).fill(1)); } catch { } }
