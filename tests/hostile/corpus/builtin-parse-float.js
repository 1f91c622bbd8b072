// status: time_limit
const digits = '1'.repeat(1e6);
for (;;) parseFloat(digits);
