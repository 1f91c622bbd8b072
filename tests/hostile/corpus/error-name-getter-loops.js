// status: time_limit
throw Object.defineProperty(new Error('x'), 'name', { get() { for (;;); } });
