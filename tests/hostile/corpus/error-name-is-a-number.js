// status: error
// error: Error
const error = new Error('x'); error.name = 42;
throw error;
