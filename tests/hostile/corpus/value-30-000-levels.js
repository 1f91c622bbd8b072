// status: error
// error: TypeError
let deep = {}; for (let depth = 0; depth < 3e4; depth++) deep = { deep };
setCrmField({ slug: 'notes', fieldKey: 'text', value: deep });
