// status: time_limit
const blank = ' '.repeat(1e6) + 'a' + ' '.repeat(1e6);
for (;;) blank.trim();
