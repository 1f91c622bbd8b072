// Schema: rules for data. `validate` gives a copy of the data with its values coerced, and a sentence for each problem.

({ pristine, part }) => {
const {
  TypeError, RegExp, Promise, 'Array.isArray': isArray, 'Object.getPrototypeOf': getPrototypeOf, 'Object.keys': keysOf,
  'Object.defineProperty': defineProperty, 'Object.getOwnPropertyDescriptor': getOwnPropertyDescriptor, 'Number.isFinite': isFinite, 'JSON.stringify': stringify,
  'RegExp.prototype.test': matches, 'String.prototype.toLowerCase': toLowerCase, 'String.prototype.trim': trim,
} = pristine;
const objectPrototype = getPrototypeOf({});
const ABSENT = { __proto__: null }, WRONG = { __proto__: null };
const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/, MAX_EMAIL_LENGTH = 254;
const URL = /^https?:\/\/[^\s/?#@\\]+(?:[/?#]\S*)?$/i;
const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i;
const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
const BOOLEANS = { __proto__: null, true: true, 1: true, false: false, 0: false };
const MAX_DEPTH = 32;

class Rule {
  #spec;
  constructor(spec) { this.#spec = spec; }
  static specOf(value) { return typeof value === 'object' && value !== null && #spec in value ? value.#spec : null; }

  required() { return derive(this, { required: true }); }
  optional() { return derive(this, { required: false }); }
  default(value) { return derive(this, { fallback: { value: copyOf(value, 'default') } }); }
  label(name) { return derive(this, { label: textOf(name, 'label') }); }
  strip() { return derive(this, { stripped: true }); }
  valid(...values) {
    const words = values.map((value) => stringify(value) ?? '' + value).join(', ');
    return check(this, (value) => values.includes(value) ? null : 'must be ' + (values.length === 1 ? '' : 'one of ') + words);
  }
  custom(run) {
    if (typeof run !== 'function') throw misuse('custom', 'a function', run);
    return derive(this, { customs: [...Rule.specOf(this).customs, run] });
  }
  validate(data) {
    const errors = [], value = examine(Rule.specOf(this), data, '', errors, 0);
    return { valid: errors.length === 0, value: value === ABSENT || Rule.specOf(this).stripped ? undefined : value, errors };
  }
}

class StringRule extends Rule {
  min(length) { return least(this, length, (value) => value.length, ' character'); }
  max(length) { return most(this, length, (value) => value.length, ' character'); }
  email() { return check(this, (value) => value.length <= MAX_EMAIL_LENGTH && matches(EMAIL, value) ? null : 'must be an e-mail address'); }
  url() { return check(this, (value) => matches(URL, value) ? null : 'must be a web address (http:// or https://)'); }
  lowercase() { return derive(this, { lower: true }); }
  pattern(expression) {
    if (!(expression instanceof RegExp)) throw misuse('pattern', 'a regular expression', expression);
    // One of its own: with g or y, an expression remembers where it was.
    const own = new RegExp(expression.source, expression.flags.replace(/[gy]/g, ''));
    return check(this, (value) => matches(own, value) ? null : 'must match ' + expression);
  }
}

class NumberRule extends Rule {
  min(limit) { return least(this, limit, (value) => value, ''); }
  max(limit) { return most(this, limit, (value) => value, ''); }
  integer() { return check(this, (value) => value % 1 === 0 ? null : 'must be a whole number'); }
  positive() { return check(this, (value) => value > 0 ? null : 'must be greater than 0'); }
  negative() { return check(this, (value) => value < 0 ? null : 'must be less than 0'); }
}

class ArrayRule extends Rule {
  min(count) { return least(this, count, (value) => value.length, ' item'); }
  max(count) { return most(this, count, (value) => value.length, ' item'); }
  items(rule) { return derive(this, { items: ruleSpec(rule, 'items') }); }
}

class ObjectRule extends Rule {
  pattern_values(rule) { return derive(this, { others: ruleSpec(rule, 'pattern_values') }); }
}

function make(Kind, kind, read, more) {
  return new Kind({ Kind, kind, read, required: false, fallback: null, label: null, stripped: false, checks: [], customs: [], ...more });
}

function derive(rule, change) {
  const spec = Rule.specOf(rule);
  if (spec === null) throw new TypeError('Schema: this is a method of rules, such as Schema.string()');
  return new spec.Kind({ ...spec, ...change });
}

function check(rule, problemOf) {
  return derive(rule, { checks: [...Rule.specOf(rule).checks, problemOf] });
}

function least(rule, limit, sizeOf, unit) {
  numberOf(limit, 'min');
  return check(rule, (value) => sizeOf(value) >= limit ? null : (unit === '' ? 'must be' : 'must have') + ' at least ' + counted(limit, unit));
}

function most(rule, limit, sizeOf, unit) {
  numberOf(limit, 'max');
  return check(rule, (value) => sizeOf(value) <= limit ? null : (unit === '' ? 'must be' : 'must have') + ' at most ' + counted(limit, unit));
}

function counted(limit, unit) {
  return limit + (unit === '' || limit === 1 ? unit : unit + 's');
}

// The coerced copy of a value; null where it is wrong, ABSENT where there is none.
function examine(spec, given, path, errors, depth) {
  const say = (problem) => { errors.push((spec.label ?? (path === '' ? 'the value' : path)) + ' ' + problem); return null; };
  if (given === undefined || given === null || given === '') {
    if (spec.fallback !== null) return copyOf(spec.fallback.value, 'default');
    if (spec.required) return say('is required');
    if (given === undefined) return ABSENT;
    return given === '' && (spec.kind === 'string' || spec.kind === 'any') ? '' : null;
  }
  if (depth > MAX_DEPTH) return say('is nested deeper than ' + MAX_DEPTH + ' levels');
  const before = errors.length;
  let value = spec.read(spec, given, path, errors, depth);
  if (value === WRONG) return say('must be ' + spec.kindWords);
  let isWrong = false;
  for (const problemOf of spec.checks) {
    const problem = problemOf(value);
    if (problem !== null) { say(problem); isWrong = true; }
  }
  if (isWrong) return null;
  if (errors.length !== before) return value;
  for (const run of spec.customs) {
    let changed;
    try { changed = run(value, path); } catch (error) { return say(customProblem(error)); }
    // What it throws would be in the promise, where nobody looks: all would be valid.
    if (changed instanceof Promise) throw misuse('custom', 'a function that is not async', changed);
    if (changed !== undefined) value = changed;
  }
  return value;
}

function customProblem(error) {
  const message = part('errors').isError(error) ? '' + error.message : typeof error === 'string' ? error : '';
  return message === '' ? 'is not valid' : message;
}

function readString(spec, given) {
  if (typeof given !== 'string') return WRONG;
  return spec.lower ? toLowerCase(given) : given;
}

function readNumber(spec, given) {
  const value = typeof given === 'string' && matches(DECIMAL, trim(given)) ? +given : given;
  return isFinite(value) ? value : WRONG;
}

function readBoolean(spec, given) {
  const value = typeof given === 'string' ? BOOLEANS[given] : given;
  return typeof value === 'boolean' ? value : WRONG;
}

function readArray(spec, given, path, errors, depth) {
  if (!isArray(given)) return WRONG;
  const result = [];
  for (let index = 0; index < given.length; index++) {
    const value = examine(spec.items, given[index], path + '[' + index + ']', errors, depth + 1);
    if (!spec.items.stripped) put(result, result.length, value === ABSENT ? null : value);
  }
  return result;
}

function readObject(spec, given, path, errors, depth) {
  if (!isPlain(given)) return WRONG;
  const result = {}, { shape, others } = spec;
  for (const key of keysOf(shape)) take(shape[key], key);
  if (others !== null) for (const key of keysOf(given)) if (shape[key] === undefined) take(others, key);
  function take(rule, key) {
    const own = getOwnPropertyDescriptor(given, key) === undefined ? undefined : given[key];
    const value = examine(rule, own, under(path, key), errors, depth + 1);
    if (value !== ABSENT && !rule.stripped) put(result, key, value);
  }
  return result;
}

function readAny(spec, given, path, errors, depth) {
  if (isArray(given)) return readArray({ items: ANY }, given, path, errors, depth);
  if (isPlain(given)) return readObject({ shape: NO_SHAPE, others: ANY }, given, path, errors, depth);
  return typeof given === 'string' || typeof given === 'boolean' || isFinite(given) ? given : WRONG;
}

function isPlain(value) {
  if (typeof value !== 'object' || value === null || isArray(value)) return false;
  const prototype = getPrototypeOf(value);
  return prototype === objectPrototype || prototype === null;
}

// Own properties whatever their name, `__proto__` too.
function put(holder, key, value) {
  defineProperty(holder, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

function under(path, key) {
  if (!matches(IDENTIFIER, key)) return path + '[' + stringify(key) + ']';
  return path === '' ? key : path + '.' + key;
}

function copyOf(value, method) {
  const errors = [], copy = examine(ANY, value, '', errors, 0);
  if (errors.length !== 0) throw misuse(method, 'plain data', value);
  return copy === ABSENT ? undefined : copy;
}

function ruleSpec(value, method) {
  const spec = Rule.specOf(value) ?? (isPlain(value) ? Rule.specOf(Schema.object(value)) : null);
  if (spec === null) throw misuse(method, 'a rule, such as Schema.string()', value);
  return spec;
}

function shapeOf(shape) {
  if (!isPlain(shape) || Rule.specOf(shape) !== null) throw misuse('object', 'an object of rules', shape);
  const specs = { __proto__: null };
  for (const key of keysOf(shape)) specs[key] = ruleSpec(shape[key], 'object: ' + stringify(key));
  return specs;
}

function numberOf(value, method) {
  if (!isFinite(value)) throw misuse(method, 'a number', value);
}

function textOf(value, method) {
  if (typeof value !== 'string' || value === '') throw misuse(method, 'a text', value);
  return value;
}

function misuse(method, wanted, got) {
  return new TypeError('Schema: ' + method + ' takes ' + wanted + ' (got ' + part('console').short(got) + ')');
}

const NO_SHAPE = { __proto__: null };
const ANY = Rule.specOf(make(Rule, 'any', readAny, { kindWords: 'plain data' }));
const Schema = {
  string: () => make(StringRule, 'string', readString, { kindWords: 'a text', lower: false }),
  number: () => make(NumberRule, 'number', readNumber, { kindWords: 'a number' }),
  boolean: () => make(Rule, 'boolean', readBoolean, { kindWords: 'true or false' }),
  array: () => make(ArrayRule, 'array', readArray, { kindWords: 'a list', items: ANY }),
  object: (shape) => make(ObjectRule, 'object', readObject, {
    kindWords: 'an object', shape: shape === undefined ? NO_SHAPE : shapeOf(shape), others: shape === undefined ? ANY : null,
  }),
  any: () => make(Rule, 'any', readAny, { kindWords: 'plain data' }),
};

return { __proto__: null, Schema };
}
