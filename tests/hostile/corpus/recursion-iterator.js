// status: error
// error: RangeError
const loop = { [Symbol.iterator]() { return [...loop][Symbol.iterator](); } };
[...loop];
