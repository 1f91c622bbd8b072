// status: error
// error: Error
throw 10n ** 1000n;
