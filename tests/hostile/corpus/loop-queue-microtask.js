// status: limit
function again() { queueMicrotask(again); }
again();
