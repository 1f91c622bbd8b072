// status: error
// error: Error
Error.prepareStackTrace = () => { throw new Error('again'); };
throw new Error('x');
