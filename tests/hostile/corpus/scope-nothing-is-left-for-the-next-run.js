// status: ok
// variables: {"done": true}
globalThis.leftover = 'from another run'; Object.prototype.leftover = 1; Array.prototype.push = null; Symbol.for('leftover');
setVariable('done', true);
