// status: memory_limit
let all = [1]; for (;;) all = all.concat(all);
