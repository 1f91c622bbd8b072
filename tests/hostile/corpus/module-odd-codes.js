// status: error
// error: SyntaxError
import { a } from '../../../etc/passwd';
