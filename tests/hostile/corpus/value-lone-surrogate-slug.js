// status: error
// error: TypeError
getCrmField({ slug: '\ud800', fieldKey: 'text' });
