// status: error
// error: SyntaxError
let twice = 1; let twice = 2;
