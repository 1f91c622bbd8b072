// status: ok
// variables: {"then": "then"}
import * as m from 'thenable';
setVariable('then', await m);
