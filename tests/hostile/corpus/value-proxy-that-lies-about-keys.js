// status: ok
// variables: {"pair": {"a": "got"}}
setVariable('pair', new Proxy({}, { ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }), get: () => 'got' }));
