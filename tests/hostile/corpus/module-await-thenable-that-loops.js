// status: time_limit
await { then() { for (;;); } };
