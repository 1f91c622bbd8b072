// status: ok
// variables: {"pair": {"a": [1]}}
globalThis.Array = globalThis.Object = globalThis.String = globalThis.Promise = globalThis.Map = undefined;
setVariable('pair', { a: [1] }); console.log({ a: 1 });
