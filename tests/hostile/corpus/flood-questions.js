// status: time_limit
for (;;) limits.left();
