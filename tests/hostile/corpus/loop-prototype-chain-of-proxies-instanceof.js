// status: time_limit
const mirror = new Proxy({}, { getPrototypeOf() { return mirror; } });
mirror instanceof Array;
