// status: time_limit
/(x+x+)+y/.test('x'.repeat(60));
