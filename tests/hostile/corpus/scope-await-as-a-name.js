// status: ok
// variables: {"value": 1}
var await = 1; setVariable('value', await);
