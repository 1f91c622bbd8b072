// status: time_limit
/^(?:a|A|ä|Ä|a)+$/i.test('a'.repeat(60) + 'b');
