// status: error
// error: Error
throw '\udfff';
