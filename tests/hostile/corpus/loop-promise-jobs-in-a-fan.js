// status: limit, memory_limit
// reason: each job makes two: whichever is short first
function again() { Promise.resolve().then(again); Promise.resolve().then(again); }
again();
