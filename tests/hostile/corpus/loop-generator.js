// status: time_limit
function* numbers() { for (;;) yield 1; }
for (const number of numbers());
