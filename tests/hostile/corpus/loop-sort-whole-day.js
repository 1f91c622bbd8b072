// status: time_limit
for (;;) Array.from({ length: 5000 }, (_, index) => index * 7919 % 5003).sort((a, b) => a - b);
