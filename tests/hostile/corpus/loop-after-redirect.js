// status: ok
// variables: {"before": 1}
setVariable('before', 1);
for (;;) try { redirect('/a'); } catch { }
