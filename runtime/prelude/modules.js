// Runs the modules of a job, each behind what it imports. Every module is a function of what it is given: the constants
// that it imports, by number; an object `w` with those that may change; room for its exports, `x`.

(shared) => {
const { pristine, fail, job } = shared;
const {
  eval: runSource, TypeError, Proxy, 'JSON.stringify': stringify, 'Object.defineProperty': defineProperty,
  'Object.freeze': freeze, 'Object.preventExtensions': preventExtensions, 'Object.is': isSame, 'Symbol.toStringTag': toStringTag,
  'Reflect.getOwnPropertyDescriptor': descriptorOf, 'Reflect.defineProperty': tryDefine,
  'String.prototype.repeat': repeat, 'String.prototype.slice': slice,
} = pristine;
const { modules, namespaces, source } = job;
const WHOLE_NAMESPACE = -1;
const exported = { __proto__: null }, made = { __proto__: null };

function read(module, slot) {
  return slot === WHOLE_NAMESPACE ? made[module] ??= namespace(namespaces[module]) : exported[module][slot]();
}

// As the language has it: no prototype, names in order, values that are what the exporter's variables are now.
function namespace(names) {
  const bindings = { __proto__: null }, target = { __proto__: null };
  for (let index = 0; index < names.length; index++) {
    bindings[names[index][0]] = names[index];
    defineProperty(target, names[index][0], { __proto__: null, value: undefined, writable: true, enumerable: true, configurable: false });
  }
  defineProperty(target, toStringTag, { __proto__: null, value: 'Module' });
  const value = (key) => read(bindings[key][1], bindings[key][2]);
  return new Proxy(preventExtensions(target), freeze({
    __proto__: null,
    get: (_, key) => bindings[key] === undefined ? target[key] : value(key),
    set: () => false,
    deleteProperty: (_, key) => bindings[key] === undefined && key !== toStringTag,
    getOwnPropertyDescriptor: (_, key) => bindings[key] === undefined
      ? descriptorOf(target, key)
      : { __proto__: null, value: value(key), writable: true, enumerable: true, configurable: false },
    defineProperty: (_, key, wanted) => bindings[key] === undefined
      ? tryDefine(target, key, wanted)
      : wanted.configurable !== true && wanted.enumerable !== false && wanted.writable !== false && wanted.get === undefined
        && wanted.set === undefined && (!('value' in wanted) || isSame(wanted.value, value(key))),
  }));
}

// What a module finds by name for imports that may change.
function changing({ live, file }) {
  const scope = { __proto__: null };
  for (let index = 0; index < live.length; index++) {
    const { 0: name, 1: module, 2: slot } = live[index];
    const set = () => { throw new TypeError("'" + name + "' is read-only"); };
    defineProperty(scope, name, { __proto__: null, get: () => read(module, slot), set });
  }
  return freeze(scope);
}

function compile({ line, start, end }) {
  return runSource(repeat('\n', SCRIPT_LINE + line - 1) + slice(source, start, end));
}

let running = null;
async function run() {
  try {
    const compiled = { __proto__: null };
    for (let index = 0; index < modules.length; index++) compiled[index] = compile(modules[index]);
    for (let index = 0; index < modules.length; index++) {
      running = modules[index];
      const { imports, awaits } = running, given = { __proto__: null, w: changing(running), x: null };
      for (let number = 0; number < imports.length; number++) given[number] = read(imports[number][0], imports[number][1]);
      const end = compiled[index](given)();
      exported[index] = given.x;
      if (awaits) await end;
    }
    running = null;
  } catch (error) { fail(error); }
}

// A module that waits when all is done waits for ever.
function pending() {
  if (running === null) return null;
  const message = 'a top-level await waits for a promise that nothing settles';
  return '{"error":{"name":"Error","message":' + stringify(message) + ',"stack":"","file":' + stringify(running.file) + ',"code":"await_unsettled"}}';
}

function start() {
  shared.pending = pending;
  run();
}

return { __proto__: null, start };
}
