// status: time_limit
/(?<=^(a+)+)b/.test('c' + 'a'.repeat(60) + 'b');
