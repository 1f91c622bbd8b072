// status: time_limit
/^([\p{L}--[b]]+)+$/v.test('a'.repeat(60) + 'b');
