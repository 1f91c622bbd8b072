// status: time_limit
[3, 1, 2].sort(() => { for (;;); });
