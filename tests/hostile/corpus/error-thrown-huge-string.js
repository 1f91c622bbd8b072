// status: error
// error: Error
throw 'x'.repeat(3e6);
