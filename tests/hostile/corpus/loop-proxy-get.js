// status: time_limit
new Proxy({}, { get() { for (;;); } }).anything;
