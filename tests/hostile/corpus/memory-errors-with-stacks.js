// status: memory_limit
const kept = []; for (;;) kept.push(new Error('kept ' + kept.length));
