// status: time_limit, error
// error: RangeError
// reason: every level tries again
function dig() { try { dig(); } finally { dig(); } }
dig();
