// status: ok
// variables: {"done": true}
<!-- an old browser's comment
setVariable('done', true);
--> another
