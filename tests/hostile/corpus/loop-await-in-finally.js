// status: limit
(async () => { for (;;) { try { await null; } finally { await null; } } })();
