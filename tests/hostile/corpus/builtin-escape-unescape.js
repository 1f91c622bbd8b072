// status: time_limit
const text = 'ä'.repeat(1e5);
for (;;) unescape(escape(text));
