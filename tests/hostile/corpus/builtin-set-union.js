// status: time_limit
const set = new Set(Array.from({ length: 2e4 }, (_, index) => index));
for (;;) set.union(set);
