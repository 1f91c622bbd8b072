// status: memory_limit
[...'a'.repeat(2e6)];
