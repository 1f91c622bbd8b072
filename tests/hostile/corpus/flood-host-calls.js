// status: limit
for (;;) getCrmField({ slug: 'notes', fieldKey: 'text' });
