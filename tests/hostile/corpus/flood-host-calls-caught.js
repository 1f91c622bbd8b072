// status: limit
for (;;) { try { getCrmField({ slug: 'notes', fieldKey: 'text' }); } catch { } finally { continue; } }
