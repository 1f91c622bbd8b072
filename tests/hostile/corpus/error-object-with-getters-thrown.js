// status: error
// error: Error
throw { get a() { for (;;); }, get b() { throw 1; } };
