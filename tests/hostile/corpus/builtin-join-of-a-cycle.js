// status: error, ok
// error: RangeError
// reason: a cycle is an empty string or too deep
const ring = []; ring[0] = ring;
String(ring);
