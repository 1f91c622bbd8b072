// status: error
// error: RangeError
const loop = new Proxy({}, { get(target, key, receiver) { return receiver[key]; } });
loop.x;
