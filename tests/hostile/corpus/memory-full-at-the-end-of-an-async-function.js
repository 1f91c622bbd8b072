// status: memory_limit, crashed
// reason: an engine that is out of memory may also break
(async () => { const kept = []; for (;;) { kept.push(new Array(1000).fill(1)); if (kept.length % 1000 === 0) await null; } })();
