// status: time_limit, memory_limit
// reason: a text of 2**53 nulls: whichever is short first
JSON.stringify(new Proxy([], { get: (target, key) => key === 'length' ? 2 ** 53 - 1 : undefined }));
