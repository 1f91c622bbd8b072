// The filters of texts and lists. Characters are code points.

({ part }) => {
const { isMissing, toText, toNumber, truth, same, compare, get } = part('template');
const MAX_CHARACTERS = 1_048_576;

function ofText(change) {
  return (value, ...rest) => isMissing(value) ? undefined : change(toText(value), ...rest);
}

function whole(value, otherwise) {
  const number = toNumber(value);
  return number === undefined ? otherwise : Math.trunc(number);
}

function capitalized(text) {
  const [first = '', ...rest] = text;
  return first.toUpperCase() + rest.join('').toLowerCase();
}

function sequence(value) {
  return Array.isArray(value) ? value : isMissing(value) ? [] : [...toText(value)];
}

function slice(value, start, end) {
  const part = sequence(value).slice(whole(start, 0), isMissing(end) ? undefined : whole(end, 0));
  return Array.isArray(value) ? part : isMissing(value) ? undefined : part.join('');
}

function replace(text, from, to) {
  const sought = toText(from), put = toText(to);
  if (sought === '') return text;
  const parts = text.split(sought);
  const length = text.length + (parts.length - 1) * (put.length - sought.length);
  if (length > MAX_CHARACTERS) return undefined;
  return parts.join(put);
}

function truncate(text, length, ending = '…') {
  const characters = [...text], most = Math.max(0, whole(length, characters.length)), end = [...toText(ending)];
  if (characters.length <= most) return text;
  return characters.slice(0, Math.max(0, most - end.length)).join('') + end.slice(0, most).join('');
}

function truncatewords(text, count, ending = '…') {
  const words = text.split(/\s+/).filter((word) => word !== ''), most = Math.max(0, whole(count, words.length));
  return words.length <= most ? text : words.slice(0, most).join(' ') + toText(ending);
}

// Tags and comments go, with all that looks like the beginning of one; so does what becomes one when another is gone.
function stripTags(text) {
  let left = '';
  for (let at = 0;;) {
    if (left.endsWith('<') && /[a-z/!?]/i.test(text[at] ?? '')) {
      left = left.slice(0, -1);
      const closing = text.startsWith('!--', at) ? '-->' : '>', end = text.indexOf(closing, at);
      if (end === -1) return left;
      at = end + closing.length;
      continue;
    }
    const start = text.indexOf('<', at);
    if (start === -1) return left + text.slice(at);
    left += text.slice(at, start + 1);
    at = start + 1;
  }
}

function size(value) {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  return sequence(value).length;
}

function yesno(value, yes = 'yes', no = 'no', maybe = undefined) {
  const words = toText(yes).split(',');
  if (words.length > 1) [yes, no, maybe] = words;
  return truth(value) ? yes : isMissing(value) && maybe !== undefined ? maybe : no;
}

function sort(value, key) {
  if (!Array.isArray(value)) return value;
  const by = (item) => isMissing(key) ? item : get(item, key);
  return [...value].sort((one, other) => {
    const left = by(one), right = by(other);
    if (isMissing(left) || isMissing(right)) return isMissing(left) - isMissing(right);
    return compare(left, right) || (Number.isNaN(compare(left, right)) ? order(toText(left), toText(right)) : 0);
  });
}

function order(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

function unique(value) {
  if (!Array.isArray(value)) return value;
  const seen = new Set();
  return value.filter((item) => {
    const mark = typeof item === 'object' ? JSON.stringify(item) : typeof item + ':' + item;
    return seen.has(mark) ? false : seen.add(mark);
  });
}

return {
  __proto__: null,
  default: (value, otherwise) => isMissing(value) || value === '' ? otherwise : value,
  default_if_none: (value, otherwise) => isMissing(value) ? otherwise : value,
  upper: ofText((text) => text.toUpperCase()),
  lower: ofText((text) => text.toLowerCase()),
  capitalize: ofText(capitalized),
  title: ofText((text) => text.replace(/[^\s-]+/g, capitalized)),
  trim: ofText((text) => text.trim()),
  first: (value) => sequence(value)[0],
  last: (value) => sequence(value).at(-1),
  slice,
  replace: ofText(replace),
  truncate: ofText(truncate),
  truncatewords: ofText(truncatewords),
  strip_tags: ofText(stripTags),
  url_encode: ofText((text) => encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (mark) => '%' + mark.charCodeAt(0).toString(16).toUpperCase())),
  length: size,
  yesno,
  join: (value, between = ', ') => Array.isArray(value) ? value.map(toText).join(toText(between)) : value,
  sort,
  reverse: (value) => Array.isArray(value) ? [...value].reverse() : isMissing(value) ? undefined : sequence(value).reverse().join(''),
  unique,
};
}
