// status: time_limit
[].copyWithin.call({ length: 2 ** 53 - 1 }, 1, 0);
