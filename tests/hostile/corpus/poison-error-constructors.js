// status: error
// error: TypeError
globalThis.TypeError = globalThis.RangeError = globalThis.Error = function () { for (;;); };
setCrmField(1);
