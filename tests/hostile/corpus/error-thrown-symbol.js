// status: error
// error: Error
throw Symbol('s');
