// status: error
// error: SyntaxError
let let = ;
