// status: limit
setVariable('k'.repeat(20000), 1);
