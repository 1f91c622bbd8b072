// status: time_limit
[...('a'.repeat(60) + 'b').matchAll(/(a+)+$/g)];
