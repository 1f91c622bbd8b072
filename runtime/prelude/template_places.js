// Escaping for where HTML's own is not enough: addresses, styles and scripts.

({ part }) => {
const { failed, html, json, isMissing, toText } = part('template');
const SCHEMES = URL_SCHEMES;

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

return { __proto__: null, urlStart, urlRoot, urlPath, urlQuery, urlInList, css, scriptCode, scriptString };
}
