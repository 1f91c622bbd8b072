// status: time_limit
for (;;) new Float64Array(1e5).map((_, index) => index * 7919 % 5003).sort();
