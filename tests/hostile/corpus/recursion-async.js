// status: error
// error: RangeError
async function again() { await again(); }
again();
