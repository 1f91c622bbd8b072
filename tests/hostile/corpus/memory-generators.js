// status: memory_limit
function* waiting() { yield 1; }
const kept = []; for (;;) { const walker = waiting(); walker.next(); kept.push(walker); }
