// status: error, memory_limit
// reason: the engine throws null when it is out of memory, so the two look alike
throw null;
