// status: limit
for (;;) await null;
