// The filters of numbers. What is no number, and no text that reads as one, is missing.

({ part }) => {
const { isMissing, toText, toNumber } = part('template');
const SIGNS = { USD: '$', EUR: '€', GBP: '£', JPY: '¥', CNY: '¥', INR: '₹', KRW: '₩', BRL: 'R$', CAD: 'CA$', AUD: 'A$', NZD: 'NZ$', MXN: 'MX$' };
const WHOLE = ['JPY', 'KRW', 'CLP', 'VND'];

function ofNumber(change) {
  return (value, ...rest) => {
    const number = toNumber(value);
    return number === undefined ? undefined : change(number, ...rest);
  };
}

function places(value, otherwise) {
  return Math.min(20, Math.max(0, Math.trunc(toNumber(value) ?? otherwise)));
}

// Half away from zero, of the number as it is written: 1.005 becomes 1.01.
function rounded(number, digits) {
  const written = '' + Math.abs(number);
  if (written.includes('e')) return Number(number.toFixed(digits));
  return Math.sign(number) * Number(Math.round(Number(written + 'e' + digits)) + 'e-' + digits);
}

function formatted(number, digits, point, thousands) {
  const [whole, rest = ''] = Math.abs(rounded(number, digits)).toFixed(digits).split('.');
  const grouped = whole.includes('e') ? whole : whole.replace(/\B(?=(\d{3})+$)/g, () => thousands);
  return (rounded(number, digits) < 0 ? '-' : '') + grouped + (rest === '' ? '' : point + rest);
}

function currency(number, code) {
  const name = isMissing(code) ? 'USD' : toText(code).toUpperCase(), text = formatted(Math.abs(number), WHOLE.includes(name) ? 0 : 2, '.', ',');
  const sign = Object.hasOwn(SIGNS, name) ? SIGNS[name] : name + '\u00a0';
  return (number < 0 ? '-' : '') + sign + text;
}

return {
  __proto__: null,
  round: ofNumber((number, digits) => rounded(number, places(digits, 0))),
  floor: ofNumber(Math.floor),
  ceil: ofNumber(Math.ceil),
  abs: ofNumber(Math.abs),
  number_format: ofNumber((number, digits, point = '.', thousands = ',') => formatted(number, places(digits, 0), toText(point), toText(thousands))),
  currency: ofNumber(currency),
};
}
