// status: time_limit
new Error('text', { get cause() { for (;;); } });
