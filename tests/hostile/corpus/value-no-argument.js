// status: error
// error: TypeError
setCrmField();
