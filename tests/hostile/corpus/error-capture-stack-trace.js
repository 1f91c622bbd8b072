// status: ok
// variables: {"clean": true}
const target = {};
Error.captureStackTrace?.(target);
setVariable('clean', !/<input>|begin|runSource/.test(String(target.stack)));
