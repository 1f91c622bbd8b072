// status: ok
// variables: {"same": true}
setVariable('same', this === globalThis && (function () { return this; })() === globalThis && (0, function () { return this; })() === globalThis);
