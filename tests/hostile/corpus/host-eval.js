// status: error
// error: ReferenceError
eval('1');
