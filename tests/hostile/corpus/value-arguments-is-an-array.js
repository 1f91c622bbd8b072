// status: error
// error: TypeError
setCrmField(['notes']);
