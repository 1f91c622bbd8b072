// status: error
// error: TypeError
setVariable({ toString() { return 'x'; } }, 1);
