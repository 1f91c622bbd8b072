// A module's exports as one object, and the scope of imports that may change.

(shared) => {
const { pristine, read, job: { namespaces } } = shared;
const {
  TypeError, Proxy, 'Object.defineProperty': defineProperty, 'Object.freeze': freeze,
  'Object.preventExtensions': preventExtensions, 'Object.is': isSame, 'Symbol.toStringTag': toStringTag,
  'Reflect.getOwnPropertyDescriptor': descriptorOf, 'Reflect.defineProperty': tryDefine,
} = pristine;
const made = { __proto__: null };

function of(module) {
  return made[module] ??= namespace(namespaces[module]);
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
function changing({ live }) {
  const scope = { __proto__: null };
  for (let index = 0; index < live.length; index++) {
    const { 0: name, 1: module, 2: slot } = live[index];
    const set = () => { throw new TypeError("'" + name + "' is read-only"); };
    defineProperty(scope, name, { __proto__: null, get: () => read(module, slot), set });
  }
  return freeze(scope);
}

return { __proto__: null, of, changing };
}
