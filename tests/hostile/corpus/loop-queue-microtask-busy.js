// status: time_limit
queueMicrotask(() => { for (;;); });
