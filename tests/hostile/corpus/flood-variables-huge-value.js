// status: limit
setVariable('k', 'x'.repeat(20000));
