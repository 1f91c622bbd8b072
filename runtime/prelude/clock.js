// A clock that stands still, for runs that must give the same answer every time.

({ pristine, native, defineGlobal }) => {
const { Date: RealDate, 'Object.defineProperty': defineProperty, 'Reflect.construct': construct, 'Date.prototype.toString': dateToString } = pristine;

function stop(now) {
  const Fixed = { Date: function (...parts) {
    if (new.target === undefined) return dateToString(new RealDate(now));
    return construct(RealDate, parts.length === 0 ? [now] : parts, new.target);
  } }.Date;
  defineProperty(Fixed, 'prototype', { __proto__: null, value: RealDate.prototype, writable: false });
  defineProperty(Fixed, 'length', { __proto__: null, value: 7, configurable: true });
  const properties = { __proto__: null, parse: RealDate.parse, UTC: RealDate.UTC, now: native('now', () => now) };
  for (const key in properties) {
    defineProperty(Fixed, key, { __proto__: null, value: properties[key], writable: true, configurable: true, enumerable: false });
  }
  defineProperty(RealDate.prototype, 'constructor', { __proto__: null, value: Fixed, writable: true, configurable: true, enumerable: false });
  defineGlobal('Date', Fixed);
}

return { __proto__: null, stop };
}
