// status: time_limit
for (;;) { try { for (;;); } finally { continue; } }
