// status: memory_limit
const wide = {}; for (let index = 0; ; index++) wide['k' + index] = index;
