// status: error
// error: RangeError
let chain = {};
for (let depth = 0; depth < 20000; depth++) chain = new Proxy(chain, {});
chain.x;
