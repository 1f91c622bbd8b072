// status: time_limit
function* stubborn() { for (;;) { try { yield 1; } finally { yield 2; } } }
const walker = stubborn();
for (;;) { walker.next(); walker.return(); }
