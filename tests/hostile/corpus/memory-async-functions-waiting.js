// status: memory_limit, time_limit
// reason: whichever is short first
async function wait() { await new Promise(() => { }); }
for (;;) wait();
