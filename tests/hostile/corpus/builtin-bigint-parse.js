// status: time_limit, error
// error: SyntaxError, RangeError
// reason: quadratic in its digits, or refused by its length
for (;;) BigInt('9'.repeat(2e5));
