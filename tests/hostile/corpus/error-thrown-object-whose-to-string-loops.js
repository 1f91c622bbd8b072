// status: error
// error: Error
throw { toString() { for (;;); }, valueOf() { for (;;); }, toJSON() { for (;;); } };
