// status: ok
// variables: {"length": 4294967295}
const sparse = []; sparse.length = 2 ** 32 - 1;
sparse[2 ** 32 - 2] = 1;
setVariable('length', sparse.length);
