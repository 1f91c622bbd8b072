// status: time_limit
/^(?=(a+)+b)a/.test('a'.repeat(60));
