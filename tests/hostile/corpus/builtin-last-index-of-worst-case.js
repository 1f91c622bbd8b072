// status: time_limit
const hay = 'a'.repeat(4e5), needle = 'b' + 'a'.repeat(2e5);
for (;;) hay.lastIndexOf(needle);
