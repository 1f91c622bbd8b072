// The weight tracker in one Node process: a fresh QuickJS runtime a run, host functions on SQLite. No isolation by process,
// no validation, no definitions of entities. For each line {"runs": N} on standard input it does N runs and prints a line
// with the microseconds of each, of all, and of CPU.
//   node weight_tracker.js DATABASE SCRIPT BRAND…

const fs = require('fs');
const { getQuickJS } = require('quickjs-emscripten');
const Database = require('better-sqlite3');

const MEMORY_BYTES = 8 * 1024 * 1024, STACK_BYTES = 512 * 1024, CPU_MS = 10_000;
const PRELUDE = `(() => {
  const set = __setCrmFields, get = __getCrmField, variable = __setVariable;
  delete globalThis.__setCrmFields; delete globalThis.__getCrmField; delete globalThis.__setVariable;
  globalThis.setCrmFields = (options) => JSON.parse(set(JSON.stringify(options)));
  globalThis.getCrmField = (options) => JSON.parse(get(JSON.stringify(options)));
  globalThis.setVariable = (key, value) => { variable(JSON.stringify([key, value])); };
})();`.replace(/\n\s*/g, ' ');

function openStore(path) {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec('CREATE TABLE IF NOT EXISTS entries (brand TEXT, slug TEXT, reference TEXT, sequence INTEGER, doc TEXT, ' +
    'PRIMARY KEY (brand, slug, reference, sequence)) WITHOUT ROWID');
  const newest = db.prepare('SELECT sequence, doc FROM entries WHERE brand = ? AND slug = ? AND reference = ? ' +
    'ORDER BY sequence DESC LIMIT 1');
  const put = db.prepare('INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?)');
  const merge = db.transaction((brand, reference, { slug, fields }) => {
    const row = newest.get(brand, slug, reference);
    const doc = row ? JSON.parse(row.doc) : {};
    for (const { fieldKey, value } of fields) doc[fieldKey] = value;
    const sequence = row ? row.sequence : 1;
    put.run(brand, slug, reference, sequence, JSON.stringify(doc));
    return { ok: true, id: String(sequence), created: !row };
  });
  return {
    // A transaction that writes from its start: one that turns into a writer later fails beside another process.
    setCrmFields: merge.immediate,
    getCrmField(brand, reference, { slug, fieldKey }) {
      const row = newest.get(brand, slug, reference);
      return row ? JSON.parse(row.doc)[fieldKey] ?? null : null;
    },
  };
}

function runOnce(engine, store, brand, source) {
  const runtime = engine.newRuntime();
  runtime.setMemoryLimit(MEMORY_BYTES);
  runtime.setMaxStackSize(STACK_BYTES);
  const deadline = Date.now() + CPU_MS;
  runtime.setInterruptHandler(() => Date.now() > deadline);
  const context = runtime.newContext();
  const variables = {};
  const expose = (name, host) => {
    const handle = context.newFunction(name, (argument) =>
      context.newString(JSON.stringify(host(JSON.parse(context.getString(argument))) ?? null)));
    context.setProp(context.global, name, handle);
    handle.dispose();
  };
  expose('__setCrmFields', (options) => store.setCrmFields(brand, 'c_1', options));
  expose('__getCrmField', (options) => store.getCrmField(brand, 'c_1', options));
  expose('__setVariable', ([key, value]) => { variables[key] = value; });
  const result = context.evalCode(source);
  const failed = result.error !== undefined;
  (result.error ?? result.value).dispose();
  runtime.executePendingJobs();
  context.dispose();
  runtime.dispose();
  if (failed) throw new Error('the script failed');
  return variables;
}

function runMany(engine, store, brands, source, runs) {
  const times = [], cpu = process.cpuUsage(), start = process.hrtime.bigint();
  for (let run = 0; run < runs; run++) {
    const before = process.hrtime.bigint();
    runOnce(engine, store, brands[run % brands.length], source);
    times.push(Number(process.hrtime.bigint() - before) / 1e3);
  }
  const wall = Number(process.hrtime.bigint() - start) / 1e3, { user, system } = process.cpuUsage(cpu);
  return { times_us: times, wall_us: wall, cpu_us: user + system };
}

(async () => {
  const [database, script, ...brands] = process.argv.slice(2);
  const engine = await getQuickJS(), store = openStore(database);
  const source = PRELUDE + fs.readFileSync(script, 'utf8');
  console.log('ready');
  for await (const line of require('readline').createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(runMany(engine, store, brands, source, JSON.parse(line).runs)));
  }
})();
