// status: memory_limit, ok, crashed
// reason: the line has no room for its own text; an engine that is out of memory may also break
const kept = [];
try { for (;;) kept.push(new Array(100).fill(1)); } catch { }
try { for (;;) kept.push({}); } catch { }
console.log('still here', kept);
