// status: memory_limit, error, ok
// error: TypeError, InternalError
// reason: what comes back is the script's memory too
for (let index = 0; index < 40; index++) addCrmFieldValue({ slug: 'notes', fieldKey: 'text', value: 'x'.repeat(60000) });
const kept = [];
for (let index = 0; index < 20; index++) kept.push(getCrmFieldValues({ slug: 'notes', fieldKey: 'text', limit: 200 }));
