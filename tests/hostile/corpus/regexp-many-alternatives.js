// status: time_limit, ok, error, memory_limit
// error: SyntaxError, InternalError
// reason: compiled or refused
new RegExp(Array.from({ length: 5000 }, (_, index) => 'a'.repeat(index % 50) + index).join('|')).test('a'.repeat(5000));
