// status: memory_limit
const kept = []; for (let index = 0; ; index++) kept.push({ ['k' + index]: 1 });
