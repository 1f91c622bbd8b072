// status: time_limit
const source = new Float64Array(1e5), target = new Uint8Array(1e5);
for (;;) target.set(source);
