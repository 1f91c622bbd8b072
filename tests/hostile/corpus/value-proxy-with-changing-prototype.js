// status: ok, error
// error: TypeError
// reason: plain at the first look or not
let looks = 0;
setVariable('pair', new Proxy({}, { getPrototypeOf: () => looks++ ? Array.prototype : Object.prototype }));
