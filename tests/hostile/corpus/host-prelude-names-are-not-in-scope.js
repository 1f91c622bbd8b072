// status: ok
// variables: {"leaked": []}
const leaked = [];
for (const test of [() => host, () => pristine, () => part, () => shared, () => send, () => encode, () => native, () => begin, () => callHost, () => runSource, () => fail]) {
  try { leaked.push(typeof test()); } catch { }
}
setVariable('leaked', leaked);
