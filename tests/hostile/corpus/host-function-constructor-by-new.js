// status: error
// error: EvalError
new Function('return this')();
