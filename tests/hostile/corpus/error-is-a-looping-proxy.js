// status: time_limit
throw new Proxy(new Error('x'), { get() { for (;;); } });
