// status: time_limit
let x = 0; for (;;) { let x = 1; const y = x; { let z = y; } }
