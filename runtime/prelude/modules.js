// Runs the modules of a job, each behind what it imports. Every module is a function of what it is given: the constants
// that it imports, by number; an object `w` with those that may change; room for its exports, `x`.

(shared) => {
const { pristine, fail, job, part } = shared;
const {
  eval: runSource, 'JSON.stringify': stringify, 'String.prototype.repeat': repeat, 'String.prototype.slice': slice,
} = pristine;
const { modules, source } = job;
const WHOLE_NAMESPACE = -1;
const exported = { __proto__: null }, compiled = { __proto__: null };

function read(module, slot) {
  return slot === WHOLE_NAMESPACE ? part('namespaces').of(module) : exported[module][slot]();
}

let running = null;
async function run() {
  try {
    for (let index = 0; index < modules.length; index++) {
      const { line, start, end } = modules[index];
      compiled[index] = runSource(repeat('\n', SCRIPT_LINE + line - 1) + slice(source, start, end));
    }
    for (let index = 0; index < modules.length; index++) {
      running = modules[index];
      const { imports, live, awaits } = running, given = { __proto__: null, w: null, x: null };
      if (live.length > 0) given.w = part('namespaces').changing(running);
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
  shared.read = read;
  shared.pending = pending;
  run();
}

return { __proto__: null, start };
}
