// status: error
// error: SyntaxError
function unfinished( {
