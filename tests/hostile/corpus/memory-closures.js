// status: memory_limit
const kept = []; for (;;) { const own = kept.length; kept.push(() => own); }
