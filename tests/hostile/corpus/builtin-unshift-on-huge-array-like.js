// status: time_limit
[].unshift.call({ length: 2 ** 53 - 2 }, 1);
