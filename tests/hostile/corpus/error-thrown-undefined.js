// status: error
// error: Error
throw undefined;
