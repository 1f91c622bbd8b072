// status: error
// error: RangeError, InternalError, TypeError
let rule = Schema.any(), data = 1;
for (let n = 0; n < 5_000; n++) { rule = Schema.object({ a: rule }); data = { a: data }; }
(function deeper() { rule.validate(data); deeper(); })();
