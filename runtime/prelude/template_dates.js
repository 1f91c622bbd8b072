// The filters of times, all in UTC: of a text in ISO 8601, of milliseconds since 1970, or of 'now'.

({ part }) => {
const { isMissing, toText, toNumber } = part('template');
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const ISO = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const UNITS = { second: 1e3, minute: 6e4, hour: 36e5, day: 864e5, week: 6048e5 };
const AGES = [['year', 365 * 864e5], ['month', 30 * 864e5], ['week', 6048e5], ['day', 864e5], ['hour', 36e5], ['minute', 6e4]];

function toDate(value) {
  let date;
  if (typeof value === 'number') date = new Date(value);
  else if (value === 'now') date = new Date();
  else if (typeof value === 'string' && ISO.test(value.trim())) date = new Date(value.trim().replace(' ', 'T'));
  return date !== undefined && Number.isFinite(date.getTime()) ? date : undefined;
}

function two(number) {
  return ('' + number).padStart(2, '0');
}

function ending(day) {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

function daysIn(year, month) {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

function letters(date) {
  const year = date.getUTCFullYear(), month = date.getUTCMonth(), day = date.getUTCDate(), weekday = date.getUTCDay();
  const hour = date.getUTCHours(), minute = date.getUTCMinutes(), second = date.getUTCSeconds();
  return {
    d: two(day), j: day, D: DAYS[weekday].slice(0, 3), l: DAYS[weekday], N: weekday || 7, w: weekday, S: ending(day),
    z: Math.floor((Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / 864e5), t: daysIn(year, month),
    m: two(month + 1), n: month + 1, M: MONTHS[month].slice(0, 3), F: MONTHS[month],
    Y: year, y: two(year % 100), L: daysIn(year, 1) === 29 ? 1 : 0,
    H: two(hour), G: hour, h: two(hour % 12 || 12), g: hour % 12 || 12, i: two(minute), s: two(second),
    v: ('' + date.getUTCMilliseconds()).padStart(3, '0'), a: hour < 12 ? 'am' : 'pm', A: hour < 12 ? 'AM' : 'PM',
    U: Math.floor(date.getTime() / 1e3), c: date.toISOString(), e: 'UTC', T: 'UTC', P: '+00:00',
  };
}

function format(value, pattern) {
  const date = toDate(value);
  if (date === undefined) return undefined;
  const known = letters(date);
  return (isMissing(pattern) ? 'Y-m-d' : toText(pattern)).replace(/\\([^])|([A-Za-z])/g, (all, escaped, letter) => escaped ?? known[letter] ?? all);
}

function add(value, amount, unit = 'day') {
  const date = toDate(value), count = toNumber(amount), name = toText(unit).toLowerCase().replace(/s$/, '');
  if (date === undefined || count === undefined || Math.abs(count) > 1e9) return undefined;
  if (Object.hasOwn(UNITS, name)) return iso(new Date(date.getTime() + count * UNITS[name]));
  if (name !== 'month' && name !== 'year') return undefined;
  const months = date.getUTCMonth() + Math.trunc(count) * (name === 'year' ? 12 : 1);
  const year = date.getUTCFullYear() + Math.floor(months / 12), month = ((months % 12) + 12) % 12;
  date.setUTCFullYear(year, month, Math.min(date.getUTCDate(), daysIn(year, month)));
  return iso(date);
}

function iso(date) {
  return Number.isFinite(date.getTime()) ? date.toISOString() : undefined;
}

function timeago(value) {
  const date = toDate(value);
  if (date === undefined) return undefined;
  const passed = Date.now() - date.getTime(), size = Math.abs(passed);
  for (const [name, length] of AGES) {
    if (size < length) continue;
    const count = Math.floor(size / length), words = count + ' ' + name + (count === 1 ? '' : 's');
    return passed > 0 ? words + ' ago' : 'in ' + words;
  }
  return 'just now';
}

return { __proto__: null, date: format, date_add: add, timeago };
}
