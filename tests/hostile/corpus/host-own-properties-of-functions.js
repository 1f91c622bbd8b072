// status: ok
// variables: {"leaks": []}
const leaks = [];
for (const maker of [setVariable, getVariable, setCrmField, console.log, getCustomer, CrmError]) {
  for (const key of Reflect.ownKeys(maker)) if (!['length', 'name', 'prototype'].includes(key)) leaks.push(String(key));
  if (!Function.prototype.toString.call(maker).includes('[native code]')) leaks.push('source of ' + maker.name);
}
setVariable('leaks', leaks);
