// status: ok
// variables: {"k": "", "done": true}
for (let turn = 0; turn < 20; turn++) { setVariable('k', 'x'.repeat(10000)); setVariable('k', ''); }
setVariable('done', true);
