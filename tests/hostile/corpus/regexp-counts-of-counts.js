// status: time_limit, ok, error, memory_limit
// error: SyntaxError, InternalError, RangeError
// reason: compiled or refused
new RegExp('(((((a{1,100}){1,100}){1,100}){1,100}){1,100})b').test('a'.repeat(1e4));
