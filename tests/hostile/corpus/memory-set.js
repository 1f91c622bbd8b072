// status: memory_limit
const kept = new Set(); for (let index = 0; ; index++) kept.add('k' + index);
