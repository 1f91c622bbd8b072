// status: ok
// variables: {"functions": 0}
const seen = [];
Error.prepareStackTrace = (error, sites) => {
  for (const site of sites ?? []) for (const name of ['getThis', 'getFunction']) if (typeof site[name] === 'function') seen.push(site[name]());
  return 'mine';
};
const error = new Error('x'); error.stack;
setVariable('functions', seen.filter((value) => value !== null && value !== undefined && value !== globalThis).length);
