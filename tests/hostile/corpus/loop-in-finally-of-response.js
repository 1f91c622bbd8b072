// status: ok
// variables: {}
try { response.json({ a: 1 }); } finally { for (;;); }
