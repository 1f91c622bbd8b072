// status: time_limit
for (;;) '\u0130'.repeat(2e5).toLowerCase();
