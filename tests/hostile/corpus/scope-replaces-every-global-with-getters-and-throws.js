// status: error
const { defineProperty, getOwnPropertyNames } = Object;
for (const name of getOwnPropertyNames(globalThis)) { try { defineProperty(globalThis, name, { get() { throw 1; } }); } catch { } }
null.x;
