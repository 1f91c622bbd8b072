// status: memory_limit, time_limit
// reason: what is full stays full
const kept = [];
for (;;) { try { for (;;) kept.push([kept.length]); } catch { } kept.push('one more'); }
