// status: time_limit
+{ valueOf() { for (;;); } };
