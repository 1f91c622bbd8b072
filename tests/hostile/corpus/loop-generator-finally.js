// status: time_limit
function* stubborn() { try { yield 1; } finally { for (;;); } }
for (const value of stubborn()) break;
