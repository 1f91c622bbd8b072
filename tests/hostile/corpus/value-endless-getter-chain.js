// status: error
// error: TypeError
const endless = { get next() { return Object.create(null, { next: Object.getOwnPropertyDescriptor(endless, 'next') }); } };
setVariable('x', endless);
