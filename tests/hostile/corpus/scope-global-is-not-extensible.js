// status: ok
// variables: {"done": true}
Object.preventExtensions(globalThis); setVariable('done', true); console.log(new Error('x'));
