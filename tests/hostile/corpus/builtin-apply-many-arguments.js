// status: error, memory_limit, ok
// error: RangeError, InternalError
// reason: as many as the stack takes
String.fromCharCode.apply(null, new Array(65000).fill(65));
