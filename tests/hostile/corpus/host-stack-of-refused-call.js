// status: ok
// variables: {"clean": true}
try { setCrmField(1); } catch (error) { setVariable('clean', !/<input>|callHost|refuse|unfit/.test(error.stack)); }
