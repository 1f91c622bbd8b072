// What compiled templates run on: values, their escaping, the page in pieces. A context that renders runs no script of
// an author's, so nothing here can have been replaced; data is plain JSON, read by own properties only.

(shared) => {
const { host, part, job } = shared;
const PIECE_CHARACTERS = 32_768, MAX_FAILURES = 100;
const SPECIAL = /[&<>"'\0TEXT_MARK]/, NO_CHARACTER = /[\0TEXT_MARK]/g;
let page = '', failures = 0;

function put(text) {
  page += text;
  while (page.length > PIECE_CHARACTERS) send(wholeTo(PIECE_CHARACTERS));
}

function send(length) {
  host('D' + page.slice(0, length).toWellFormed());
  page = page.slice(length);
}

// The least length from this one on that cuts neither a mark of the host's nor a character in two.
function wholeTo(length) {
  const marks = page.slice(0, length).split('TEXT_MARK').length - 1;
  if (marks % 2 === 1) return page.indexOf('TEXT_MARK', length) + 1;
  return page.codePointAt(length - 1) > 0xffff ? length + 1 : length;
}

function guarded(read, place) {
  const around = shared.expression;
  shared.expression = place;
  try { return read(); } catch (error) {
    if (error === null || error instanceof InternalError) throw error;
    failed(error.name, error.message, error.code, place);
  } finally { shared.expression = around; }
}

function failed(name, message, code, place) {
  if (++failures <= MAX_FAILURES) host('F' + JSON.stringify([place, [name, message, code ?? null]]));
}

function isMissing(value) {
  return value === undefined || value === null || value !== value;
}

function toText(value) {
  switch (typeof value) {
    case 'string': return value;
    case 'number': return Number.isFinite(value) ? '' + value : '';
    case 'boolean': return '' + value;
  }
  if (isMissing(value)) return '';
  return Array.isArray(value) ? value.map(toText).join(', ') : json(value);
}

// The number that a value is, or that a text reads as.
function toNumber(value) {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value)) return undefined;
  return toNumber(Number(value));
}

function truth(value) {
  if (typeof value !== 'object' || value === null) return !!value;
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
}

function get(value, key) {
  if (isMissing(value) || (typeof key !== 'string' && typeof key !== 'number')) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function items(value) {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).map((key) => ({ key, value: value[key] }));
}

function same(one, other) {
  if (isMissing(one) || isMissing(other)) return isMissing(one) && isMissing(other);
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]));
}

function equal(one, other) {
  const types = typeof one + typeof other;
  return types === 'numberstring' || types === 'stringnumber' ? toNumber(one) === toNumber(other) : same(one, other);
}

// Below, at or above 0; NaN where two values have no order.
function compare(one, other) {
  const numbers = [toNumber(one), toNumber(other)];
  if (numbers[0] !== undefined && numbers[1] !== undefined) return numbers[0] - numbers[1];
  if (typeof one !== 'string' || typeof other !== 'string') return NaN;
  return one < other ? -1 : one > other ? 1 : 0;
}

function add(one, other) {
  return typeof one === 'number' && typeof other === 'number' ? one + other : toText(one) + toText(other);
}

function arithmetic(operator, one, other) {
  const left = toNumber(one), right = toNumber(other);
  if (left === undefined || right === undefined) return undefined;
  const result = operator === '-' ? left - right : operator === '*' ? left * right : operator === '/' ? left / right : left % right;
  return Number.isFinite(result) ? result : undefined;
}

function html(value) {
  if (typeof value === 'number') return toText(value);
  const text = typeof value === 'string' ? value : toText(value);
  if (!SPECIAL.test(text)) return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;').replaceAll("'", '&#39;')
    .replace(NO_CHARACTER, '\ufffd');
}

function raw(value) {
  return toText(value).replace(NO_CHARACTER, '\ufffd');
}

function nl2br(value) {
  return html(value).replace(/\r\n|\r|\n/g, '<br>');
}

function json(value) {
  return JSON.stringify(isMissing(value) ? null : value);
}

const { customer, request, variables, session } = { session: {}, variables: {}, ...job };
const context = {
  var: { __proto__: null, ...variables },
  customer,
  is_customer: customer !== null,
  request: request ?? NO_REQUEST,
  query: (request ?? NO_REQUEST).query,
  brand: job.brand,
  getVariable: (key) => get(context.var, key) ?? null,
  setVariable: (key, value) => {
    setVariable(key, value);
    context.var[key] = getVariable(key);
  },
  sessionGet: (key) => get(session, key) ?? null,
  dump: (value) => JSON.stringify(value, null, 2) ?? 'nothing',
};

function render() {
  (0, shared.pristine.eval)(job.template)({
    put, get, truth, items, guarded, equal, same, compare, add, arithmetic, html, raw, nl2br, json, context, part,
  });
  send(page.length);
}

return { __proto__: null, render, failed, html, json, isMissing, toText, toNumber, truth, compare, get };
}
