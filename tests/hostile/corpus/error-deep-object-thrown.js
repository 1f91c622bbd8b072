// status: error
// error: Error
let deep = {}; for (let depth = 0; depth < 3e4; depth++) deep = { deep };
throw deep;
