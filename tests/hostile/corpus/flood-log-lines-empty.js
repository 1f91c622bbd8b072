// status: time_limit
for (;;) console.log('');
