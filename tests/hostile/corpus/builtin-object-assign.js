// status: time_limit
const wide = Object.fromEntries(Array.from({ length: 2e4 }, (_, index) => ['k' + index, index]));
for (;;) Object.assign({}, wide);
