// status: error
// error: RangeError
(function again() { again(); })();
