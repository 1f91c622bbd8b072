// status: error
// error: SyntaxError
import.meta.url;
