// status: memory_limit, error
// error: InternalError, RangeError
// reason: doubles each time
let text = 'x'; for (;;) text = `${text}${text}`;
