// status: ok
// variables: {"zero": -0.0, "negative": true}
setVariable('zero', -0);
setVariable('negative', Object.is(getVariable('zero'), -0));
