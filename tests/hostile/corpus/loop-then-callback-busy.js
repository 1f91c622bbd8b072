// status: time_limit
Promise.resolve().then(() => { for (;;); });
