// status: memory_limit
let cause; for (;;) cause = new Error('because', { cause });
