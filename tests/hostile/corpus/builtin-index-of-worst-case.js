// status: time_limit
const hay = 'a'.repeat(4e5), needle = 'a'.repeat(2e5) + 'b';
for (;;) hay.indexOf(needle);
