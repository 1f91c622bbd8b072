// status: error
// error: Error
throw new Error('a\u0000b');
