// status: error
// error: Error
throw new Error('x'.repeat(3e6));
