// status: ok, limit
// reason: every object is a thenable then
Object.prototype.then = function (resolve) { resolve(1); };
(async () => ({ a: 1 }))();
setVariable('done', true);
