// status: error
// error: RangeError
function ping() { return pong(); } function pong() { return ping(); }
ping();
