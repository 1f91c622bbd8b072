// status: ok
// variables: {"done": true}
Math.random = () => { throw new Error('poison'); }; Math.floor = Math.random;
setVariable('done', true);
