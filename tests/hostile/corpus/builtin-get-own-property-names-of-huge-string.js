// status: memory_limit, ok, time_limit
// reason: one name a character
Object.getOwnPropertyNames(new String('a'.repeat(1e6)));
