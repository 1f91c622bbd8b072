// status: ok
// variables: {"n": 12.5}
Number.prototype.toString = Number.prototype.valueOf = Boolean.prototype.toString = () => { throw new Error('poison'); };
setVariable('n', 12.5); console.log(1, true);
