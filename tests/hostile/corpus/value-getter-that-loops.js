// status: time_limit
setCrmField({ slug: 'notes', fieldKey: 'text', value: { get a() { for (;;); } } });
