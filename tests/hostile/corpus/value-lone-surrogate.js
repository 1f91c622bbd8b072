// status: error
// error: TypeError
setCrmField({ slug: 'notes', fieldKey: 'text', value: 'half \ud800' });
