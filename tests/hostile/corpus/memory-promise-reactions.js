// status: memory_limit
const pending = new Promise(() => { }); for (;;) pending.then(() => 1);
