// status: ok
const wide = { slug: 'notes', fieldKey: 'text' };
for (let index = 0; index < 5000; index++) wide['unknown' + index] = 1;
getCrmField(wide);
