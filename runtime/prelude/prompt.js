// A session at a prompt: the script's lines come from the host one after another, and each one's value goes back.

({ pristine, part, ask, job }) => {
const { eval: runSource, 'String.prototype.repeat': repeat, 'JSON.stringify': stringify } = pristine;

function told(source) {
  job.source = source;
  try {
    const value = runSource(repeat('\n', SCRIPT_LINE) + source);
    if (value === undefined) return '{}';
    return '{"value":' + stringify(typeof value === 'string' ? stringify(value) : part('console').whole(value)) + '}';
  } catch (error) { return part('errors').failureText(error); }
}

function start() {
  for (let text = '{}'; ;) {
    const line = ask('prompt', text);
    if (line === null) return;
    text = told(line);
  }
}

return { __proto__: null, start };
}
