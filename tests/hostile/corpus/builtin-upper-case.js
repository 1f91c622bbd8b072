// status: time_limit
for (;;) 'ß'.repeat(2e5).toUpperCase();
