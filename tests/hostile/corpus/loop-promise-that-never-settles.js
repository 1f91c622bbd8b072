// status: ok
// variables: {"done": true}
new Promise(() => { }).then(() => setVariable('reached', true));
(async () => { await new Promise(() => { }); setVariable('reached', true); })();
setVariable('done', true);
