// status: time_limit
[].shift.call({ length: 2 ** 53 - 1 });
