// status: error
// error: SyntaxError
import 'good\nR0,\n{}';
