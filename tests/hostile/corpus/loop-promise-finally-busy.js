// status: time_limit
Promise.reject(1).finally(() => { for (;;); });
