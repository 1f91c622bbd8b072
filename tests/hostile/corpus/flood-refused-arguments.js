// status: time_limit
for (;;) { try { getCrmField(1); } catch { } }
