// status: time_limit
const text = '\ud800'.repeat(1e6);
for (;;) text.toWellFormed();
