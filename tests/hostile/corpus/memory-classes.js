// status: memory_limit
const kept = []; for (;;) kept.push(class { #secret = 1; method() { return this.#secret; } });
