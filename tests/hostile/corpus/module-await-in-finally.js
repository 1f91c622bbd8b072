// status: limit
for (;;) { try { await Promise.reject(1); } catch { } finally { await null; } }
