// status: memory_limit
JSON.parse('[' + '[1],'.repeat(4e5) + '1]');
