// status: time_limit
function* ping() { for (;;) yield* [1, 2, 3]; }
let sum = 0;
for (const value of ping()) sum += value;
