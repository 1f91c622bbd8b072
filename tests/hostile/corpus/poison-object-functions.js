// status: ok
// variables: {"pair": {"a": 1}}
const names = Object.getOwnPropertyNames(Reflect);
for (const name of Object.getOwnPropertyNames(Object)) if (typeof Object[name] === 'function') Object[name] = () => { throw new Error('poison'); };
for (const name of names) if (typeof Reflect[name] === 'function') Reflect[name] = () => { throw new Error('poison'); };
setVariable('pair', { a: 1 }); console.log({ b: 2 }, new Date(0), [1]);
