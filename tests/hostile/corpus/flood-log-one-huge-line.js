// status: ok
// variables: {"done": true}
console.log('x'.repeat(1e6)); setVariable('done', true);
