// status: time_limit, ok, error, memory_limit
// error: SyntaxError, InternalError, RangeError
// reason: compiled or refused
new RegExp('(?:' + 'a{1000}'.repeat(50) + '){1000}').test('a'.repeat(1e5));
