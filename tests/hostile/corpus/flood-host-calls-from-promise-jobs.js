// status: limit
(async () => { for (;;) { await null; getCrmField({ slug: 'notes', fieldKey: 'text' }); } })();
