// status: time_limit
/^(.*)*$/.test('a'.repeat(60) + '\n');
