// status: error
// error: RangeError
Error.stackTraceLimit = Infinity;
(function again() { again(); })();
