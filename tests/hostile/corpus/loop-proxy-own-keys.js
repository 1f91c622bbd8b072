// status: time_limit
Object.keys(new Proxy({}, { ownKeys() { for (;;); } }));
