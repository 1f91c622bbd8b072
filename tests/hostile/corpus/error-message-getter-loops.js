// status: time_limit
throw Object.defineProperty(new Error('x'), 'message', { get() { for (;;); } });
