// status: error
// error: TypeError
class Weight { static get name() { for (;;); } }
setCrmField({ slug: 'notes', fieldKey: 'text', value: new (class { static name = 'x'.repeat(1e6) + '\ud800'; })() });
