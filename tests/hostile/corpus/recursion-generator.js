// status: error
// error: RangeError
function* nest() { yield* nest(); }
nest().next();
