// status: error
// error: Error
throw { toString() { throw new Error('again'); } };
