// status: memory_limit, time_limit
// reason: whichever is short first
for (let index = 0; ; index++) Symbol.for('s' + index);
