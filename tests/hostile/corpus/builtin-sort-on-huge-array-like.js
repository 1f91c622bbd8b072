// status: time_limit
[].sort.call({ length: 2 ** 53 - 1 });
