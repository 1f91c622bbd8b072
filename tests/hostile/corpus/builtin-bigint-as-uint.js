// status: error, memory_limit
// error: RangeError
// reason: two's complement of 2**53 bits
BigInt.asUintN(2 ** 53 - 1, -1n);
