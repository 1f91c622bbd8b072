// status: error
// error: Error
const error = new Error('x'); error.stack = 'at host.py:1:1';
throw error;
