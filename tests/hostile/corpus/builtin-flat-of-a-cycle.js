// status: error
// error: RangeError
const ring = []; ring[0] = ring;
ring.flat(Infinity);
