// status: time_limit
[].splice.call({ length: 2 ** 53 - 2 }, 0, 0, 1);
