// What was thrown, as plain JSON, and places in the author's file. The engine calls every source `<input>`: the prelude
// stands on its first lines and the script from SCRIPT_LINE on, so a line tells which of the two a frame belongs to.

(shared) => {
const { pristine, part } = shared;
const {
  Error, EvalError, 'JSON.stringify': stringify, 'String.prototype.indexOf': indexOf, 'String.prototype.slice': slice,
  'String.prototype.toWellFormed': toWellFormed, 'String.prototype.codePointAt': codePointAt,
  'Error.prototype.@stack': rawStackOf, 'String.prototype.repeat': repeat, eval: runSource,
  'Object.getPrototypeOf': getPrototypeOf, 'TypeError.prototype': typeErrorPrototype,
} = pristine;
const ENGINE_FILE = '<input>:', MAX_TOLD_CHARACTERS = 8_192;

// 'at f (<input>:1012:3)' -> {before: 'at f (', file: 'checkin.js', line: 12, column: 3, after: ')'}; null where the
// line names no place of the author's.
function placeOf(line) {
  const start = indexOf(line, ENGINE_FILE);
  const colon = start === -1 ? -1 : indexOf(line, ':', start + ENGINE_FILE.length);
  if (colon === -1) return null;
  const close = indexOf(line, ')', colon), end = close === -1 ? line.length : close;
  const scriptLine = slice(line, start + ENGINE_FILE.length, colon) - SCRIPT_LINE;
  if (!(scriptLine > 0)) return null;
  let { file } = shared.job, fileLine = scriptLine, columnsBefore = 0, shift = 0;
  const { sourceMap } = shared;
  for (let index = 0; index < sourceMap.length && sourceMap[index][0] <= scriptLine; index++) {
    file = sourceMap[index][1];
    fileLine = scriptLine - sourceMap[index][0] + sourceMap[index][2];
    columnsBefore = scriptLine === sourceMap[index][0] ? sourceMap[index][3] : 0;
  }
  // A line of the rewriting's own, around a module.
  if (file === '') return null;
  const shownColumn = characterColumn(scriptLine, +slice(line, colon + 1, end)), shifts = shared.job.shifts ?? [];
  for (let index = 0; index < shifts.length && shifts[index][0] <= scriptLine; index++) {
    if (shifts[index][0] === scriptLine && shifts[index][1] <= shownColumn) shift = shifts[index][2];
  }
  const column = columnsBefore + shownColumn - shift;
  return { __proto__: null, before: slice(line, 0, start), file, line: fileLine, column, after: slice(line, end) };
}

// The engine counts a line's columns in bytes of UTF-8; people count characters.
function characterColumn(scriptLine, byteColumn) {
  const { source } = shared.job;
  let start = 0, column = 1;
  for (let line = 1; line < scriptLine; line++) {
    start = indexOf(source, '\n', start) + 1;
    if (start === 0) return byteColumn;
  }
  for (let index = start, bytes = 1; bytes < byteColumn && index < source.length; column++) {
    const code = codePointAt(source, index);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    index += code < 0x10000 ? 1 : 2;
  }
  return column;
}

function eachLine(raw, use) {
  let rest = raw;
  while (rest !== '') {
    const end = indexOf(rest, '\n');
    if (use(end === -1 ? rest : slice(rest, 0, end))) return;
    rest = end === -1 ? '' : slice(rest, end + 1);
  }
}

// A stack without the prelude's own frames, with the author's files and lines. A native frame counts only where a frame
// of the author's called it.
function authorStack(raw) {
  if (typeof raw !== 'string') return raw;
  let text = '', nativeLine = '';
  eachLine(raw, (line) => {
    const place = placeOf(line);
    if (place !== null) {
      text += nativeLine + frameText(place);
      nativeLine = '';
    } else nativeLine = indexOf(line, '(native)') === -1 ? '' : line + '\n';
  });
  return text;
}

function frameText({ before, file, line, column, after }) {
  const where = file + ':' + line + ':' + column;
  return indexOf(before, '<eval> (') === -1 ? before + where + after + '\n' : '    at ' + where + '\n';
}

function firstPlace(raw) {
  let first = null;
  eachLine(raw, (line) => (first = placeOf(line)) !== null);
  return first;
}

function describe(error) {
  if (!isError(error)) {
    const message = guarded(() => part('console').short(error));
    return { __proto__: null, name: 'Error', message: 'thrown value: ' + message, stack: '', place: null, code: null };
  }
  const raw = guarded(() => rawStackOf(error)), traced = typeof raw === 'string' ? raw : '';
  const stack = toWellFormed(slice(authorStack(traced), 0, MAX_TOLD_CHARACTERS));
  const name = told(error, 'name') || 'Error', code = told(error, 'code') || null;
  return { __proto__: null, name, message: told(error, 'message'), stack, place: firstPlace(traced), code };
}

function isError(value) {
  return typeof value === 'object' && value !== null && guarded(() => value instanceof Error) === true;
}

function told(error, key) {
  const text = guarded(() => error[key]);
  return typeof text === 'string' ? toWellFormed(slice(text, 0, MAX_TOLD_CHARACTERS)) : '';
}

function guarded(read) {
  try { return read(); } catch { return undefined; }
}

// What is no JavaScript in one of several blocks is often noticed only in the next one: each is looked at alone.
function ofItsBlock(error) {
  if (!isError(error) || indexOf('' + guarded(() => rawStackOf(error)), '    at ' + ENGINE_FILE) !== 0) return error;
  const { sourceMap, job: { source } } = shared;
  for (let index = 0; index < sourceMap.length; index++) {
    const { 0: line, 4: start, 5: end } = sourceMap[index];
    try {
      // Ends before it begins, where it is JavaScript.
      runSource(repeat('\n', SCRIPT_LINE + line - 2) + 'throw 0;\n' + slice(source, start, end));
    } catch (own) { if (isError(own)) return own; }
  }
  return error;
}

// Whether the engine threw it where the author's file stands, not in a function of the language's or of the prelude's.
function isPlain(error) {
  if (!isError(error) || getPrototypeOf(error) !== typeErrorPrototype) return false;
  let first = null;
  eachLine('' + guarded(() => rawStackOf(error)), (line) => { first = placeOf(line); return true; });
  return first !== null;
}

// The engine throws null where it has no memory left for an error.
function failureText(error) {
  if (error === null) return '{"error":{"name":"InternalError","message":"out of memory (or null was thrown)","stack":""}}';
  const { name, message, stack, place, code } = describe(shared.sourceMap.length > 1 && shared.job.modules === undefined ? ofItsBlock(error) : error);
  return '{"error":{"name":' + stringify(name) + ',"message":' + stringify(message) + ',"stack":' + stringify(stack)
    + ',"file":' + (place === null ? 'null' : stringify(place.file)) + ',"line":' + (place === null ? 'null' : place.line)
    + ',"column":' + (place === null ? 'null' : place.column) + ',"code":' + (code === null ? 'null' : stringify(code)) + '}'
    + (isPlain(error) ? ',"plain":true}' : '}');
}

function refuseCode() {
  throw new EvalError('code cannot be made from strings here: Function and eval are turned off');
}

return { __proto__: null, authorStack, failureText, firstPlace, describe, isError, refuseCode };
}
