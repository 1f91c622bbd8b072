// status: ok
// variables: {"made": 0}
const kinds = [() => { }, function () { }, async () => { }, function* () { }, async function* () { }, class { }, { method() { } }.method,
  Object.getOwnPropertyDescriptor({ get x() { return 1; } }, 'x').get, setCrmField, console.log, Math.max, CrmError, (() => { }).bind()];
let made = 0;
for (const kind of kinds) {
  for (const maker of [kind.constructor, Object.getPrototypeOf(kind).constructor]) {
    try { maker('return 1'); made++; } catch { }
    try { new maker('return 1'); made++; } catch { }
    try { Reflect.construct(maker, ['return 1']); made++; } catch { }
    try { class Sub extends maker { } new Sub('return 1'); made++; } catch { }
  }
}
setVariable('made', made);
