// status: error
// error: TypeError
const ring = []; ring.push([ring]);
setCrmField({ slug: 'notes', fieldKey: 'text', value: ring });
