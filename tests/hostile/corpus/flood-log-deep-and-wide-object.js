// status: ok
// variables: {"done": true}
let tree = 'leaf'; for (let depth = 0; depth < 8; depth++) tree = new Array(90).fill(tree);
console.log(tree); setVariable('done', true);
