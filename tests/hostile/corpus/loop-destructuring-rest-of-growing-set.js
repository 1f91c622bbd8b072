// status: time_limit
const seen = new Set([1]);
for (const value of seen) { seen.delete(value); seen.add(value); }
