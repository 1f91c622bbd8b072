// status: limit
for (let index = 0; ; index++) setVariable('k' + index, 'x'.repeat(100));
