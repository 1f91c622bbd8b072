// status: error
// error: Error
const error = new Error('x'); error.code = 'cpu_seconds';
throw error;
