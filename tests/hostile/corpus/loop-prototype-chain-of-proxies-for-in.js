// status: time_limit, memory_limit
// reason: the chain's keys are collected for ever: whichever is short first
const mirror = new Proxy({}, { getPrototypeOf() { return mirror; }, ownKeys() { return []; } });
for (const key in mirror);
