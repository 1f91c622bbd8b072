// status: memory_limit
JSON.stringify(Array.from({ length: 3e4 }, () => 'x'.repeat(20)), null, '          ').repeat(100).split('');
