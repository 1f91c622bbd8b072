// status: time_limit
const pattern = /(a+)+$/y;
pattern.test('a'.repeat(60) + 'b');
