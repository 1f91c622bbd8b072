// status: memory_limit
const kept = []; for (let index = 0; ; index++) kept.push(new RegExp('a{' + index % 1000 + '}' + index));
