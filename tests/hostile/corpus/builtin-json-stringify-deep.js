// status: error
// error: RangeError
let deep = []; for (let depth = 0; depth < 3e4; depth++) deep = [deep];
JSON.stringify(deep);
