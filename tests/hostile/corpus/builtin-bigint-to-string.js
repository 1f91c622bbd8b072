// status: time_limit
const huge = 3n ** 150000n;
for (;;) huge.toString(10);
