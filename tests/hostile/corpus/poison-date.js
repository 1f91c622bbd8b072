// status: ok
// variables: {"done": true}
Date.prototype.toISOString = Date.prototype.getTime = Date.prototype.toJSON = () => { throw new Error('poison'); };
console.log(new Date(0)); setVariable('done', true);
