// status: error
// error: SyntaxError, RangeError, InternalError
new RegExp('('.repeat(1e5) + ')'.repeat(1e5));
