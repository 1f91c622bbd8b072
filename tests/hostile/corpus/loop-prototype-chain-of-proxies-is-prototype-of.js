// status: time_limit
const mirror = new Proxy({}, { getPrototypeOf() { return mirror; } });
Array.prototype.isPrototypeOf(mirror);
