// status: time_limit
/^(a*)*\1b$/.test('a'.repeat(60));
