// status: error
// error: EvalError
Function('return this')();
