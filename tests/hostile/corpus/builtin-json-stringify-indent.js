// status: time_limit
const rows = Array.from({ length: 2e4 }, (_, index) => [index]);
for (;;) JSON.stringify(rows, null, 10);
