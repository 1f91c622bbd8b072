// status: memory_limit
let chain = () => 1;
for (let depth = 0; depth < 20000; depth++) chain = chain.bind();
chain();
