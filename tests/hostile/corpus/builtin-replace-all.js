// status: time_limit
for (;;) 'ab'.repeat(2e5).replaceAll('a', 'c');
