// status: time_limit
[].includes.call({ length: 2 ** 53 - 1 }, 1);
