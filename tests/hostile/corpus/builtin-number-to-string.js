// status: time_limit
for (;;) (1 / 3).toString(3);
