// status: error
// error: Error
Error.prepareStackTrace = () => { for (;;); };
throw new Error('x');
