// status: time_limit
const text = 'a'.repeat(50000);
for (;;) /a*b/.test(text);
