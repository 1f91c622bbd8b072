// status: limit
(async () => { async function* numbers() { for (;;) yield 1; } for await (const number of numbers()); })();
