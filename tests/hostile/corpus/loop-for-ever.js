// status: time_limit
for (;;);
