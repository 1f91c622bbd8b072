// status: ok, error
// error: TypeError
// reason: unknown properties are ignored
getCrmField({ slug: 'notes', fieldKey: 'text', ['p'.repeat(100000)]: 1 });
