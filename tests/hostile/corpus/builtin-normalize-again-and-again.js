// status: time_limit
for (;;) '\u0344'.repeat(1e5).normalize('NFKD');
