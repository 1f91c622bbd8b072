// status: memory_limit, error, ok
// error: TypeError, InternalError
// reason: the call has no room for its own text
const kept = [];
try { for (;;) kept.push(new Array(100).fill(1)); } catch { }
try { for (;;) kept.push({}); } catch { }
setCrmField({ slug: 'notes', fieldKey: 'text', value: 'x'.repeat(1000) });
