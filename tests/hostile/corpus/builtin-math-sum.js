// status: time_limit
const numbers = Array.from({ length: 1e5 }, () => 0.1);
for (;;) Math.max.apply(null, numbers.slice(0, 30000));
