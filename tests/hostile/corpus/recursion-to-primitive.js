// status: error
// error: RangeError
const loop = { [Symbol.toPrimitive]() { return `${loop}`; } };
`${loop}`;
