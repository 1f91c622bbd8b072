// status: time_limit
let cells = new Uint8Array(5e5);
for (;;) cells = cells.with(0, 1);
