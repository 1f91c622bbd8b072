// status: time_limit, memory_limit, error
// error: RangeError, InternalError
// reason: a string of 2**53 pieces
String.raw({ raw: { length: 2 ** 53 - 1 } });
