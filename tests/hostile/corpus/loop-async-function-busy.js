// status: time_limit
(async () => { for (;;); })();
