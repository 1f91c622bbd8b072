// status: memory_limit
const sparse = []; for (let index = 0; ; index += 1000) sparse[index % 2 ** 32] = index;
