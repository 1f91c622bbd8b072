// status: memory_limit
const kept = []; let text = 'x'.repeat(1000);
for (let index = 0; ; index++) kept.push(text + index);
