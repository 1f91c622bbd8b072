// status: error
// error: Error
const error = new Error('x'); error.message = Symbol('message');
throw error;
