// status: memory_limit
setVariable('text', 'x'.repeat(10000));
const kept = []; for (;;) kept.push(getVariable('text'), [getVariable('text') + kept.length]);
