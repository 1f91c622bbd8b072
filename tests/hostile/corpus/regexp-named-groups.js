// status: time_limit
/^(?<word>(?<letter>\w+)+)+$/.test('a'.repeat(60) + '-');
