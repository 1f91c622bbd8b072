// status: ok
// variables: {"done": true}
const loop = { get x() { console.log(loop); return 1; } };
console.log(loop);
setVariable('done', true);
