// status: error
const error = new Error('x'); error.name = 'N'.repeat(1e6);
throw error;
