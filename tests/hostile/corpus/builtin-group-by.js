// status: time_limit
const rows = Array.from({ length: 5e4 }, (_, index) => index);
for (;;) Object.groupBy(rows, (row) => row % 3);
