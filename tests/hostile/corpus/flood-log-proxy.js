// status: ok, time_limit
// reason: its traps are the script's own time
console.log(new Proxy({}, { ownKeys() { for (;;); } }));
