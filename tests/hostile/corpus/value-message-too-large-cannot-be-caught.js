// status: limit
for (;;) { try { setCrmField({ slug: 'notes', fieldKey: 'text', value: 'x'.repeat(400000) }); } finally { continue; } }
