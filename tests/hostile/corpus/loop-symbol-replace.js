// status: time_limit
'text'.replace({ [Symbol.replace]() { for (;;); } }, '');
