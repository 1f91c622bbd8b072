// status: error
// error: Error
throw Object.fromEntries(Array.from({ length: 2e4 }, (_, index) => ['k' + index, index]));
