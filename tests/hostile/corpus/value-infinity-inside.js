// status: error
// error: TypeError
setVariable('list', [1, [Infinity]]);
