// status: error
// error: TypeError
const ring = { a: {} }; ring.a.b = ring;
setCrmField({ slug: 'notes', fieldKey: 'text', value: ring });
