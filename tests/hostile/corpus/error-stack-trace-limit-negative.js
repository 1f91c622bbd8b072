// status: error
// error: Error
Error.stackTraceLimit = -1;
throw new Error('x');
