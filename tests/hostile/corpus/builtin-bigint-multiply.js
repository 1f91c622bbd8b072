// status: time_limit, memory_limit, error
// error: RangeError
// reason: doubles its digits each time
let huge = 3n; for (;;) huge *= huge;
