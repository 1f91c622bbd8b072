// status: time_limit
[].reverse.call({ length: 2 ** 53 - 1 });
