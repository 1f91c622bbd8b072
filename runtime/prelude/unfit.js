// Why a value cannot be stored, said with its path. Throws the author's TypeError.

({ pristine, part }) => {
const {
  Error, TypeError, 'String.prototype.isWellFormed': isWellFormed, 'String.prototype.toWellFormed': toWellFormed,
  'String.prototype.indexOf': indexOf, 'String.prototype.slice': slice, 'Array.isArray': isArray,
  'Date.prototype.getTime': dateTime,
} = pristine;

function refuse(value, where, key, up, depth) {
  throw unfit(where, key, up, what(value, depth));
}

function cycle(where, key, up) {
  throw unfit(where, key, up, 'a value that contains itself');
}

function checkString(value, where, key, up) {
  if (!isWellFormed(value)) throw unfit(where, key, up, 'a string with half a character (a lone surrogate) in it');
  if (indexOf(value, '\u0000') !== -1) throw unfit(where, key, up, 'a string with the character U+0000 in it');
}

function wrongKey(where, key) {
  throw new TypeError(where + ": 'key' must be a string (got " + (key === null ? 'null' : typeof key) + ')');
}

function wrongArguments(where, value, more) {
  if (more !== 0) throw new TypeError(where + ': takes exactly one object (got ' + (more + 1) + ' arguments)');
  const got = value === null ? 'null' : isArray(value) ? 'an array' : value === undefined ? 'undefined' : 'a ' + typeof value;
  throw new TypeError(where + ": takes one object, such as {slug: 'weight-tracker'} (got " + got + ')');
}

function what(value, depth) {
  switch (typeof value) {
    case 'number': return '' + value;
    case 'bigint': return 'a BigInt; pass a number or a string';
    case 'undefined': return 'undefined; pass null';
    case 'object': return depth > 100 ? 'nested deeper than 100 levels' : instance(value);
    default: return 'a ' + typeof value;
  }
}

function instance(value) {
  try { dateTime(value); return 'a Date; pass its .toISOString()'; } catch { /* not a Date */ }
  let name = '';
  try { name = value.constructor.name; } catch { /* it has none that can be read */ }
  if (name === 'Map' || name === 'Set') return 'a ' + name + '; pass a plain object or an array';
  if (typeof name !== 'string' || name === '') return 'not a plain object';
  return 'an instance of ' + slice(toWellFormed(name), 0, 60) + '; pass a plain object';
}

function unfit(where, key, up, problem) {
  const place = pathOf(key, up);
  return withWholeStack(() => new TypeError(toWellFormed(where + ': ' + (place === '' ? 'the argument' : "'" + place + "'")
    + ' is ' + problem + ' (allowed: strings, finite numbers, booleans, null, and plain objects and arrays of those)')));
}

// Deep in a value, the author's own frame is past the ten that the engine notes; it can be told to note 64.
function withWholeStack(make) {
  const limit = Error.stackTraceLimit;
  try { Error.stackTraceLimit = 64; } catch { /* the script forbids it */ }
  const error = make();
  try { Error.stackTraceLimit = limit; } catch { /* as above */ }
  return error;
}

// value.items[2].name; the middle of a very long one is left out.
function pathOf(key, up) {
  let path = '', holder = up, last = key;
  while (last !== '') {
    path = (typeof last === 'number' ? '[' + last + ']' : last) + (path === '' || path[0] === '[' ? '' : '.') + path;
    if (path.length > 200) path = slice(path, 0, 100) + '…' + slice(path, path.length - 60);
    if (holder === null) break;
    last = holder.key; holder = holder.up;
  }
  return path;
}

return { __proto__: null, refuse, cycle, checkString, wrongKey, wrongArguments };
}
