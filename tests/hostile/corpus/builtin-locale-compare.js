// status: time_limit
const left = '\u0344'.repeat(1e5), right = '\u0344'.repeat(1e5) + 'a';
for (;;) left.localeCompare(right);
