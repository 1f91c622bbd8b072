// status: ok
// variables: {"pair": {"a": 1}, "reads": 1}
let reads = 0;
setVariable('pair', { get a() { reads++; return reads; } });
setVariable('reads', reads);
