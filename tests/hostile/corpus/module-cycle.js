// status: error
// error: SyntaxError
import 'a';
