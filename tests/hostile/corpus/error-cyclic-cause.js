// status: error
// error: Error
const error = new Error('x'); error.cause = error;
throw error;
