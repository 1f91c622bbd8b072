// status: ok, time_limit, memory_limit
// reason: a single call on what fits into memory
'\u0344'.repeat(5e5).normalize('NFKC');
