// status: memory_limit, error
// error: RangeError, InternalError
// reason: a string of strings may also pass the length of a string first
let text = 'ab'; for (;;) text += text;
