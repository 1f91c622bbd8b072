// status: memory_limit
'a'.repeat(3e6).match(/a/g);
