// status: time_limit, memory_limit, error
// error: RangeError
// reason: one of the three is short first
Array.from({ length: 2 ** 53 - 1 });
