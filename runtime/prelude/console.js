// console: a value as a person would want to read it. Getters are not run, cycles and depth are marked, long things are cut
// with a word of how much there was more.

(shared) => {
const { pristine, host, part } = shared;
const {
  'JSON.stringify': stringify, 'Array.isArray': isArray, 'Object.keys': keysOf, 'Object.is': isSame,
  'Object.getOwnPropertyDescriptor': getOwnPropertyDescriptor, 'Object.getPrototypeOf': getPrototypeOf,
  'String.prototype.indexOf': stringIndexOf, 'String.prototype.slice': stringSlice,
  'String.prototype.repeat': stringRepeat, 'String.prototype.substring': stringSubstring,
  'String.prototype.toWellFormed': toWellFormed, 'Object.prototype.toString': objectToString,
  'Date.prototype.getTime': dateTime, 'Date.prototype.toISOString': dateToISOString,
  'RegExp.prototype.toString': regExpToString, 'Symbol.prototype.toString': symbolToString,
  'BigInt.prototype.toString': bigIntToString, 'Map.prototype.forEach': mapForEach, 'Set.prototype.forEach': setForEach,
  'Map.prototype.@size': mapSizeOf, 'Set.prototype.@size': setSizeOf,
} = pristine;
const objectPrototype = getPrototypeOf({});
const MAX_SHOWN_DEPTH = 4, MAX_SHOWN_ITEMS = 100, LINE_WIDTH = 76;
let loggedCharacters = 0;

function log(level, values) {
  if (loggedCharacters > shared.logLimit) return;
  let text = '';
  for (let index = 0; index < values.length; index++) {
    text += (index === 0 ? '' : ' ') + inspectWithin(values[index], budgetOf(shared.logLimit), null, 0);
  }
  text = toWellFormed(stringSlice(text, 0, shared.logLimit + 1));
  loggedCharacters += text.length + 16; // as the host counts a line
  host(stringSubstring('L["' + level + '",' + stringify(text) + ']', 0));
}

// A value in few words, for an error's message.
function short(value) {
  return cut(inspectWithin(value, budgetOf(1_000), null, 1), 1_000);
}

// All of a value, as far as a screen is good for it.
function whole(value) {
  return cut(inspectWithin(value, budgetOf(65_536), null, 0), 65_536);
}

function budgetOf(left) {
  return { __proto__: null, left };
}

function inspectWithin(value, budget, parent, depth) {
  const text = inspectKind(value, budget, parent, depth);
  budget.left -= text.length;
  return text;
}

function inspectKind(value, budget, parent, depth) {
  switch (typeof value) {
    case 'string': return depth === 0 ? value : stringify(cut(value, 10_000));
    case 'number': return isSame(value, -0) ? '-0' : '' + value;
    case 'bigint': return cut(bigIntToString(value), 1_000) + 'n';
    case 'symbol': return cut(symbolToString(value), 1_000);
    case 'function': return inspectFunction(value);
    case 'object': return value === null ? 'null' : inspectObject(value, budget, parent, depth);
    default: return '' + value;
  }
}

function inspectFunction(value) {
  const name = ownString(value, 'name');
  return name === '' ? '[Function]' : '[Function: ' + cut(name, 100) + ']';
}

function inspectObject(value, budget, parent, depth) {
  for (let holder = parent; holder !== null; holder = holder.parent) if (holder.value === value) return '[Circular]';
  try {
    const special = inspectSpecial(value);
    if (special !== null) return special;
    if (depth >= MAX_SHOWN_DEPTH || budget.left <= 0) return isArray(value) ? '[Array]' : '[' + (className(value) || 'Object') + ']';
    const here = { __proto__: null, value, parent };
    if (isArray(value)) return inspectArray(value, budget, here, depth + 1);
    return inspectCollection(value, budget, here, depth + 1) ?? inspectPlain(value, budget, here, depth + 1);
  } catch { return '[Object]'; }
}

function inspectSpecial(value) {
  const time = timeOf(value);
  if (time !== undefined) return time === time ? dateToISOString(value) : 'Invalid Date';
  const tag = objectToString(value);
  if (tag === '[object RegExp]') try { return cut(regExpToString(value), 1_000); } catch { return null; }
  if (part('errors').isError(value)) return inspectError(value);
  if (tag === '[object Promise]') return '[Promise]';
  return null;
}

function timeOf(value) {
  try { return dateTime(value); } catch { return undefined; }
}

function inspectError(value) {
  const { name, message, stack } = part('errors').describe(value);
  const head = message === '' ? name : name + ': ' + message;
  return stack === '' ? head : head + '\n' + stringSlice(stack, 0, stack.length - 1);
}

function inspectArray(value, budget, here, depth) {
  const length = value.length, shown = length > MAX_SHOWN_ITEMS ? MAX_SHOWN_ITEMS : length, parts = { __proto__: null };
  for (let index = 0; index < shown; index++) {
    const property = getOwnPropertyDescriptor(value, index);
    parts[index] = property === undefined ? '<empty>' : inspectProperty(property, budget, here, depth);
  }
  return wrapped('[', parts, shown, length, ']', depth);
}

function inspectCollection(value, budget, here, depth) {
  const parts = { __proto__: null };
  let count = 0, size;
  const add = (text) => { if (count < MAX_SHOWN_ITEMS) parts[count] = text(); count++; };
  try {
    size = mapSizeOf(value);
    mapForEach(value, (item, key) => add(() => inspectWithin(key, budget, here, depth) + ' => ' + inspectWithin(item, budget, here, depth)));
    return wrapped('Map(' + size + ') {', parts, count < MAX_SHOWN_ITEMS ? count : MAX_SHOWN_ITEMS, count, '}', depth);
  } catch { /* not a Map */ }
  try {
    size = setSizeOf(value);
    setForEach(value, (item) => add(() => inspectWithin(item, budget, here, depth)));
    return wrapped('Set(' + size + ') {', parts, count < MAX_SHOWN_ITEMS ? count : MAX_SHOWN_ITEMS, count, '}', depth);
  } catch { /* not a Set */ }
  return null;
}

function inspectPlain(value, budget, here, depth) {
  const keys = keysOf(value), shown = keys.length > MAX_SHOWN_ITEMS ? MAX_SHOWN_ITEMS : keys.length, parts = { __proto__: null };
  for (let index = 0; index < shown; index++) {
    const property = getOwnPropertyDescriptor(value, keys[index]);
    parts[index] = shownKey(keys[index]) + ': ' + (property === undefined ? 'undefined' : inspectProperty(property, budget, here, depth));
  }
  const name = className(value);
  return wrapped(name === '' || name === 'Object' ? '{' : name + ' {', parts, shown, keys.length, '}', depth);
}

function inspectProperty(property, budget, here, depth) {
  if (property.get !== undefined || property.set !== undefined) return property.get === undefined ? '[Setter]' : '[Getter]';
  return inspectWithin(property.value, budget, here, depth);
}

// On one line where it fits, else one part a line.
function wrapped(open, parts, shown, total, close, depth) {
  if (total === 0) return open + close;
  const inner = open === '[' ? '' : ' ';
  let line = '', column = '';
  const indent = stringRepeat('  ', depth);
  for (let index = 0; index < shown; index++) {
    line += (index === 0 ? '' : ', ') + parts[index];
    column += '\n' + indent + parts[index] + (index + 1 < shown || total > shown ? ',' : '');
  }
  const more = total > shown ? '… ' + (total - shown) + ' more' : '';
  if (more !== '') { line += ', ' + more; column += '\n' + indent + more; }
  if (line.length <= LINE_WIDTH && stringIndexOf(line, '\n') === -1) return open + inner + line + inner + close;
  return open + column + '\n' + stringSlice(indent, 2) + close;
}

function shownKey(key) {
  return isIdentifier(key) ? key : stringify(cut(key, 200));
}

function isIdentifier(key) {
  if (key === '' || key.length > 100) return false;
  for (let index = 0; index < key.length; index++) {
    const c = key[index];
    const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c === '_' || c === '$';
    if (!letter && !(index > 0 && c >= '0' && c <= '9')) return false;
  }
  return true;
}

function className(value) {
  const prototype = getPrototypeOf(value);
  if (prototype === null || prototype === objectPrototype) return '';
  const made = getOwnPropertyDescriptor(prototype, 'constructor');
  return made !== undefined && typeof made.value === 'function' ? cut(ownString(made.value, 'name'), 100) : '';
}

function ownString(value, key) {
  const property = getOwnPropertyDescriptor(value, key);
  return property !== undefined && typeof property.value === 'string' ? property.value : '';
}

function cut(text, limit) {
  return text.length <= limit ? text : stringSlice(text, 0, limit) + '… ' + (text.length - limit) + ' characters more';
}

return { __proto__: null, log, short, whole };
}
