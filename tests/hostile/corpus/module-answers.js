// status: ok
// variables: {}
import 'answer';
for (;;) setVariable('never', 1);
