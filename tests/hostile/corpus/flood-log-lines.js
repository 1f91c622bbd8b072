// status: time_limit
for (let index = 0; ; index++) console.log('line', index);
