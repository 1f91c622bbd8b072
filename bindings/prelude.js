// The CRM functions: each takes one plain object, goes to the host as one frame, and comes back as a value or an error.

class CrmError extends Error {
  constructor(message, code) {
    super(message);
    defineProperty(this, 'code', { __proto__: null, value: code, writable: true, configurable: true, enumerable: true });
  }
}
defineProperty(CrmError.prototype, 'name', { __proto__: null, value: 'CrmError', writable: true, configurable: true });
// Bound, since a class shows its source; what a script sees of it is in order otherwise, a subclass too.
const publicCrmError = native('CrmError', CrmError);
defineProperty(publicCrmError, 'prototype', { __proto__: null, value: CrmError.prototype });
defineProperty(CrmError.prototype, 'constructor', { __proto__: null, value: publicCrmError, writable: true, configurable: true });
defineGlobal('CrmError', publicCrmError);

function callHost(name, value, more) {
  if (more !== 0 || typeof value !== 'object' || value === null || isArray(value)) part('unfit').wrongArguments(name, value, more);
  return ask(name, encode(value, name, '', null, 1));
}

function ask(name, text) {
  const answer = send('C["' + name + '",' + text + ']');
  const result = parse(substring(answer, 1)), kind = answer[0];
  // A small letter: the host warns of this call, and wants to know where it stands.
  if (kind > 'Z') part('places').tell();
  if (kind === 'V' || kind === 'v') return result;
  if (result[0] === 'CrmError') throw new CrmError(result[1], result[2]);
  throw new (result[0] === 'RangeError' ? RangeError : TypeError)(result[1]);
}
const RangeError = globalThis.RangeError;

for (const name of CRM_FUNCTIONS) defineGlobal(name, native(name, (value, ...more) => callHost(name, value, more.length)));
shared.ask = ask;
