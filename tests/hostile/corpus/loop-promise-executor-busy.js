// status: time_limit
new Promise(() => { for (;;); });
