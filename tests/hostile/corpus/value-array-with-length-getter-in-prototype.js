// status: ok
// variables: {"list": [1, 2, 3]}
const list = [1, 2, 3];
Object.setPrototypeOf(list, { get length() { return 1e9; } });
setVariable('list', list);
