// status: ok
// variables: {"eight": 8, "text": "A"}
setVariable('eight', 010); setVariable('text', '\101');
