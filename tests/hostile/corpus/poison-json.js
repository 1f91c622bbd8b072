// status: ok
// variables: {"pair": {"a": 1}, "back": {"a": 1}}
JSON.stringify = JSON.parse = () => { throw new Error('poison'); };
setVariable('pair', { a: 1 }); setVariable('back', getVariable('pair'));
