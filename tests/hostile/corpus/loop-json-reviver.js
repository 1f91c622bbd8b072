// status: time_limit
JSON.parse('[1]', () => { for (;;); });
