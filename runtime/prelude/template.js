// What compiled templates run on: values, their escaping, the page in pieces. A context that renders runs no script of
// an author's, so nothing here can have been replaced; data is plain JSON, read by own properties only.

(shared) => {
const { host, part, job } = shared;
const PIECE_CHARACTERS = 32_768, MAX_FAILURES = 100;
const SCHEMES = URL_SCHEMES;
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;', '\0': '\ufffd', 'TEXT_MARK': '\ufffd' };
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
  try { return read(); } catch (error) {
    if (error === null || error instanceof InternalError) throw error;
    failed(error.name, error.message, error.code, place);
  }
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
  const text = typeof value === 'string' ? value : toText(value);
  return /[&<>"'\0TEXT_MARK]/.test(text) ? text.replace(/[&<>"'\0TEXT_MARK]/g, (mark) => ENTITIES[mark]) : text;
}

function raw(value) {
  return toText(value).replace(/[\0TEXT_MARK]/g, '\ufffd');
}

function nl2br(value) {
  return html(value).replace(/\r\n|\r|\n/g, '<br>');
}

function json(value) {
  return JSON.stringify(isMissing(value) ? null : value);
}

// An address as it is, but for what must be encoded; what is encoded already stays.
function address(text) {
  const encoded = encodeURI(text.toWellFormed()).replace(/%25([0-9a-f]{2})/gi, '%$1').replace(/%5B/g, '[').replace(/%5D/g, ']');
  return html(encoded.replaceAll("'", '%27'));
}

function isHarmless(text) {
  const mark = text.search(/[:/?#\\]/);
  return mark === -1 || text[mark] !== ':' || SCHEMES.includes(text.slice(0, mark).toLowerCase());
}

function urlStart(value) {
  const text = toText(value).replace(/^[\0-\x20]+/, '');
  return isHarmless(text) ? address(text) : 'about:invalid';
}

function urlRoot(value) {
  return address(toText(value).replace(/^[\0-\x20/\\]+/, ''));
}

function urlPath(value) {
  return address(toText(value));
}

function urlQuery(value) {
  return encodeURIComponent(toText(value).toWellFormed()).replace(/[!'()*]/g, (mark) => '%' + mark.charCodeAt(0).toString(16).toUpperCase());
}

function urlInList(value) {
  return urlStart(value).replaceAll(',', '%2C');
}

function css(value, place) {
  const text = toText(value);
  if (/^[\w .,#%+-]*$/.test(text)) return text;
  failed('TemplateError', "a value in a style may have letters, digits, blanks and . , # % + - _ only (got " + json(text.slice(0, 60)) + ')', null, place);
  return '';
}

// Nothing in it ends a string, a script or anything else, nor is it code where a string was not expected.
function scriptString(value) {
  return toText(value).replace(/[\0-\x1f!-+/:-@[-^`{-\x7fTEXT_MARK\u2028\u2029\ud800-\udfff]/g, (unit) => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'));
}

function scriptCode(value) {
  return ' ' + literal(value) + ' ';
}

function literal(value) {
  if (isMissing(value)) return 'null';
  if (typeof value === 'string') return '"' + scriptString(value) + '"';
  if (typeof value !== 'object') return toText(value) || 'null';
  if (Array.isArray(value)) return '[' + value.map(literal).join(',') + ']';
  const keys = Object.keys(value).filter((key) => key !== '__proto__');
  return '{' + keys.map((key) => '"' + scriptString(key) + '":' + literal(value[key])).join(',') + '}';
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
    put, get, truth, items, guarded, equal, same, compare, add, arithmetic, html, raw, nl2br, json, urlStart, urlRoot, urlPath,
    urlQuery, urlInList, css, scriptCode, scriptString, context, part,
  });
  send(page.length);
}

return { __proto__: null, render, isMissing, toText, toNumber, truth, same, compare, get };
}
