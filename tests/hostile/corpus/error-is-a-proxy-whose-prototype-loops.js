// status: time_limit
throw new Proxy({}, { getPrototypeOf() { for (;;); } });
