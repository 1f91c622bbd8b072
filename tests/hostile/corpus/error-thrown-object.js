// status: error
// error: Error
throw { toString() { return 'not called'; } };
