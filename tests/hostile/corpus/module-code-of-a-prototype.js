// status: error
// error: SyntaxError
import { a } from '__proto__';
