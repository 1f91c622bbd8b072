// The part that every run has: kept small, since it is compiled anew for each. It captures the language before any user
// code, defines the globals, and calls parts that are loaded when first needed. Nothing here looks a property up on a
// prototype once user code has run.

delete globalThis.__host;
const pristine = { __proto__: null };
const uncurry = Function.prototype.bind.bind(Function.prototype.call);
for (const path of CAPTURED) {
  let holder = globalThis, value = globalThis;
  for (const key of path.split('.')) {
    holder = value;
    value = key[0] === '@' ? Object.getOwnPropertyDescriptor(holder, key.slice(1)).get : holder[key];
  }
  pristine[path] = path.includes('prototype.') ? uncurry(value) : value;
}
const {
  TypeError, Error, Promise, eval: runSource, 'JSON.parse': parse, 'JSON.stringify': stringify,
  'Array.isArray': isArray, 'Object.defineProperty': defineProperty, 'Object.getPrototypeOf': getPrototypeOf,
  'Object.freeze': freeze, 'Object.keys': keysOf, 'Function.prototype.bind': bind,
  'String.prototype.substring': substring, 'String.prototype.indexOf': indexOf, 'String.prototype.repeat': repeat,
  'Promise.prototype.then': promiseThen, 'Error.prototype.@stack': rawStackOf,
} = pristine;
const objectPrototype = Object.prototype;

// Parts come from the worker's memory, each once: a function of what this part shares with it.
const shared = { __proto__: null, pristine, host: send, native, defineGlobal, deepFreeze, encode, part, become, end, fail, job: null, sourceMap: [], logLimit: 65_536, pending: null };
const loaded = { __proto__: null }, compiled = { __proto__: null };
function part(name) {
  return loaded[name] ??= (compiled[name] ?? runSource(host('P' + name)))(shared);
}

// Before the context has its job: parts that this will need, compiled and no more.
function prepare(names) {
  for (const name of names) compiled[name] = runSource(host('P' + name));
}

// A function that looks like one of the language's own: it shows no source and cannot be constructed.
function native(name, implementation) {
  return defineProperty(bind(implementation, undefined), 'name', { __proto__: null, value: name, configurable: true });
}

// A global as the language's own are: not enumerable, and a script may declare its own variable of that name.
function defineGlobal(name, value) {
  defineProperty(globalThis, name, { __proto__: null, value, writable: true, configurable: true, enumerable: false });
}

// A global that comes with a part, when a script first touches it. Bound functions are the smallest that show no source.
function loadGlobal(name, home) {
  const value = part(home)[name];
  defineGlobal(name, value);
  return value;
}
function defineLazyGlobal(name, home) {
  const get = bind(loadGlobal, undefined, name, home);
  defineProperty(globalThis, name, { __proto__: null, get, set: bind(defineGlobal, undefined, name), configurable: true, enumerable: false });
}

// A value as JSON text, by the rules of stored values. `toJSON` is never called, a getter is read once, an undefined
// property is left out. `up` is the chain of {value, key, up} above it, for cycles, depth and the message's path.
function encode(value, where, key, up, depth) {
  switch (typeof value) {
    case 'string': {
      const text = stringify(value);
      if (indexOf(text, '\\u') !== -1) part('unfit').checkString(value, where, key, up);
      return text;
    }
    case 'number':
      if (value - value === 0) return value === 0 && 1 / value < 0 ? '-0.0' : '' + value;
      break;
    case 'boolean': return value ? 'true' : 'false';
    case 'object': {
      if (value === null) return 'null';
      for (let holder = up; holder !== null; holder = holder.up) {
        if (holder.value === value) return part('unfit').cycle(where, key, up);
      }
      if (depth > 100) break;
      const here = { __proto__: null, value, key, up };
      if (isArray(value)) {
        let text = '[';
        for (let index = 0, { length } = value; index < length; index++) {
          text += (index === 0 ? '' : ',') + encode(value[index], where, index, here, depth + 1);
        }
        return text + ']';
      }
      const prototype = getPrototypeOf(value);
      if (prototype !== objectPrototype && prototype !== null) break;
      let text = '{';
      const keys = keysOf(value), { length } = keys;
      for (let index = 0; index < length; index++) {
        const name = keys[index], property = value[name];
        if (property !== undefined) {
          text += (text === '{' ? '' : ',') + encode(name, where, name, here, 0) + ':' + encode(property, where, name, here, depth + 1);
        }
      }
      return text + '}';
    }
  }
  return part('unfit').refuse(value, where, key, up, depth);
}

// The engine's strings may be chains of pieces; the host takes only flat ones. Nothing is sent behind a run's end.
function send(text) {
  if (ended) end();
  return host(substring(text, 0));
}

// What ends a run where it stands cannot do so by itself: whoever catches this gets it again from whatever they call.
let ended = false;
function end() {
  ended = true;
  throw new Error('the run has ended: its response is on its way');
}

const variables = { __proto__: null };
defineGlobal('setVariable', native('setVariable', (key, value) => {
  if (typeof key !== 'string') part('unfit').wrongKey('setVariable', key);
  const text = substring(encode(value === undefined ? null : value, 'setVariable', 'value', null, 1), 0);
  send('V[' + encode(key, 'setVariable', 'key', null, 1) + ',' + text + ']');
  variables[key] = text;
}));
defineGlobal('getVariable', native('getVariable', (key) => {
  if (typeof key !== 'string') part('unfit').wrongKey('getVariable', key);
  const text = variables[key];
  return text === undefined ? null : parse(text);
}));
const levels = {};
for (const level of ['log', 'info', 'warn', 'error', 'debug']) levels[level] = native(level, (...values) => part('console').log(level, values));
defineGlobal('console', levels);

// Lines are the author's, in every stack that a script can see.
const stackProperty = Object.getOwnPropertyDescriptor(Error.prototype, 'stack');
stackProperty.get = function () { return part('errors').authorStack(rawStackOf(this)); };
defineProperty(Error.prototype, 'stack', stackProperty);

// What is not promised is taken away. Code from strings is off, by its globals and by every kind of function, unless the
// host turns it on for a run.
for (const name of REMOVED) delete globalThis[name];
// These two show stacks as the engine has them, and the functions that are at work in them.
delete Error.prepareStackTrace;
delete Error.captureStackTrace;
const functionKinds = [() => {}, async () => {}, function* () {}, async function* () {}].map((made) => [getPrototypeOf(made), made.constructor]);
function setCodeFromStrings(allowed) {
  const { prototype } = Function, refuse = function Function() { part('errors').refuseCode(); };
  defineProperty(refuse, 'prototype', { __proto__: null, value: prototype });
  for (const [holder, made] of functionKinds) {
    defineProperty(holder, 'constructor', { __proto__: null, value: allowed ? made : refuse, configurable: true, writable: holder === prototype });
  }
  defineGlobal('Function', allowed ? functionKinds[0][1] : refuse);
  if (allowed) defineGlobal('eval', runSource);
  else delete globalThis.eval;
}
setCodeFromStrings(false);

// Each run's random numbers come from a 128-bit state of its own, sent with the job: 32 bits at a time from a small fast
// counter.
let a, b, c, d;
function nextRandom() {
  const sum = (a + b | 0) + d | 0;
  d = d + 1 | 0;
  a = b ^ b >>> 9;
  b = c + (c << 3) | 0;
  c = (c << 21 | c >>> 11) + sum | 0;
  return sum >>> 0;
}
defineProperty(Math, 'random', { __proto__: null, value: native('random', () => (nextRandom() * 2097152 + (nextRandom() >>> 11)) / 9007199254740992) });

function deepFreeze(value) {
  if (typeof value !== 'object' || value === null) return value;
  const keys = keysOf(value);
  for (let index = 0; index < keys.length; index++) deepFreeze(value[keys[index]]);
  return freeze(value);
}

let customer = null, user = null, failure = null;
defineGlobal('getCustomer', native('getCustomer', () => customer));
defineGlobal('getUser', native('getUser', () => user));

function become(visitor) {
  customer = deepFreeze(visitor);
  user = freeze({ name: customer?.name ?? null, email: customer?.email ?? null });
}

// Nothing may come out of here: the engine's binding would read the error's stack outside of any call, and abort.
function fail(error) {
  if (failure !== null || ended) return;
  try {
    failure = substring(part('errors').failureText(error), 0);
  } catch {
    // There is no memory left to say more in.
    failure = '{"error":{"name":"InternalError","message":"out of memory","stack":""}}';
  }
}

function begin(job) {
  shared.job = job;
  shared.logLimit = job.log_limit;
  if (job.parts !== undefined) shared.sourceMap = job.parts;
  if (job.now !== undefined) part('clock').stop(job.now);
  if (job.places === true) host = part('places').telling(host);
  if (job.code_from_strings === true) setCodeFromStrings(true);
  if (job.page_globals === true || job.code_from_strings === true) {
    for (const name of PAGE_GLOBALS) defineLazyGlobal(name, name === 'Schema' ? 'schema' : 'page');
  }
  if (job.http === true) defineLazyGlobal('http', 'http');
  [a, b, c, d] = job.seed;
  become(job.customer);
  defineGlobal('customer', customer);
  defineGlobal('is_customer', customer !== null);
  if (job.modules !== undefined) return part('modules').start();
  if (job.prompt === true) return part('prompt').start();
  try {
    if (job.template !== undefined) return void part('template').render();
    const source = repeat('\n', SCRIPT_LINE) + job.source;
    const value = runSource(source);
    // A script that ends in a call of its async main() is told of what that throws.
    if (typeof value === 'object' && value instanceof Promise) promiseThen(value, undefined, fail);
  } catch (error) { fail(error); }
}
