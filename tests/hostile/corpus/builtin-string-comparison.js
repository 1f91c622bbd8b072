// status: time_limit
const left = 'a'.repeat(1e6) + 'b', right = 'a'.repeat(1e6) + 'c';
for (;;) left < right;
