// status: limit
for (;;) { try { getCrmField({ slug: 'nothing-of-that-name', fieldKey: 'text' }); } catch { } }
