// status: error
// error: Error
throw new Error('half \ud800 here');
