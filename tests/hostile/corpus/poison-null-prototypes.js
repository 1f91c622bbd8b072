// status: ok
// variables: {"list": [1]}
Object.setPrototypeOf(Array.prototype, null); Object.setPrototypeOf(Error.prototype, null); Object.setPrototypeOf(Function.prototype, null);
setVariable('list', [1]); console.log([1], new Error('x'));
