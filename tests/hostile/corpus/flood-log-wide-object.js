// status: ok
// variables: {"done": true}
console.log(Object.fromEntries(Array.from({ length: 2e4 }, (_, index) => ['k' + index, 'v'.repeat(20)])));
setVariable('done', true);
