// status: error
// error: AggregateError
const errors = []; const error = new AggregateError(errors, 'many'); errors.push(error); error.errors.push(error);
throw error;
