// status: time_limit
const sparse = []; sparse.length = 2 ** 32 - 1;
sparse.includes(1);
