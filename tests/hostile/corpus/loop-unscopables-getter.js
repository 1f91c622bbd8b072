// status: time_limit
with ({ x: 1, get [Symbol.unscopables]() { for (;;); } }) { x; }
