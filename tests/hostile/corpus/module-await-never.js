// status: error
// error: Error
// variables: {}
import 'never';
setVariable('never', 1);
