// status: time_limit, memory_limit
// reason: fills until one is short
[].fill.call({ length: 2 ** 53 - 1 }, 1);
