// status: error
// error: Error
const error = new Error('x'); error.message = { toString() { for (;;); } };
throw error;
