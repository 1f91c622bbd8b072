// status: error
// error: TypeError
const sparse = []; sparse.length = 2 ** 32 - 1;
setCrmField({ slug: 'notes', fieldKey: 'text', value: sparse });
