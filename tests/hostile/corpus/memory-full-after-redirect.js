// status: ok
// variables: {}
try { redirect('/a'); } catch { for (const all = [];;) all.push(new Array(9999).fill(1)); }
