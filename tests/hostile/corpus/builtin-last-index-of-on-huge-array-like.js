// status: time_limit
[].lastIndexOf.call({ length: 2 ** 53 - 1 }, 1);
