// status: error
// error: CrmError
throw new CrmError('made by the script', 'unavailable');
