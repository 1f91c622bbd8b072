// status: ok
// variables: {"text": "\\ud800 \\u0000 \\\\ud800"}
setVariable('text', '\\ud800 \\u0000 \\\\ud800');
