// status: memory_limit
const kept = new Map(); for (let index = 0; ; index++) kept.set(index, {});
