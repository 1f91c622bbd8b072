// status: time_limit
/^(a|aa)+$/.test('a'.repeat(80) + 'b');
