// status: time_limit
const text = '2026-01-01T00:00:00.' + '0'.repeat(1e5) + 'Z';
for (;;) Date.parse(text);
