// status: error
// error: SyntaxError
return 1;
