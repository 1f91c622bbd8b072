// status: time_limit
JSON.stringify({ a: 1 }, () => { for (;;); });
