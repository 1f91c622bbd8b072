// status: ok
// variables: {"done": true}
debugger; setVariable('done', true);
