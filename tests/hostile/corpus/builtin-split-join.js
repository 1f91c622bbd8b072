// status: time_limit
for (;;) 'a,'.repeat(5e4).split(',').join(',');
