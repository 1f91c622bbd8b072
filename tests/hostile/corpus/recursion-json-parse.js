// status: error
// error: SyntaxError, RangeError
JSON.parse('['.repeat(1e5));
