// status: time_limit
for (;;) 'ab'.repeat(5e4).replaceAll('', '-');
