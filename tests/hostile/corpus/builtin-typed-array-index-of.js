// status: time_limit
const cells = new Uint8Array(1e6);
for (;;) cells.indexOf(1);
