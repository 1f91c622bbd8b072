// status: time_limit
for (let index = 0; ; index++) setVariable('k', index);
