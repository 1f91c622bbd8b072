// status: memory_limit
let head = null; for (;;) head = { head };
