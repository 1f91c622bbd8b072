// status: time_limit
with (new Proxy({}, { has() { for (;;); } })) { anything; }
