// status: error
// error: RangeError, SyntaxError
// reason: deeper than the stack
JSON.parse('['.repeat(3e5) + ']'.repeat(3e5));
