// What surrounds a script in a page: the request, the visitor's session, the response, what is left of the limits.

(shared) => {
const { pristine, host, native, deepFreeze, ask, encode, job, end, part } = shared;
const { TypeError, 'JSON.parse': parse, 'JSON.stringify': stringify, 'Object.keys': keysOf } = pristine;

function tell(name, values) {
  return ask(name, encode(values, name, '', null, 1));
}

// Values as JSON text, so that what a script does to one that it got is its own.
const stored = { __proto__: null };
const keys = keysOf(job.session ?? {});
for (let index = 0; index < keys.length; index++) stored[keys[index]] = encode(job.session[keys[index]], 'session', '', null, 1);
const session = {
  get: native('get', (key) => {
    if (typeof key !== 'string') part('unfit').wrongKey('session.get', key);
    return stored[key] === undefined ? null : parse(stored[key]);
  }),
  set: native('set', (key, value) => {
    if (typeof key !== 'string') part('unfit').wrongKey('session.set', key);
    const text = encode(value === undefined ? null : value, 'session.set', 'value', null, 1);
    ask('session.set', '{"key":' + encode(key, 'session.set', 'key', null, 1) + ',"value":' + text + '}');
    stored[key] = text;
  }),
  setCustomer: native('setCustomer', (customer) => shared.become(tell('session.setCustomer', { customer }))),
};

const cookie = {
  set: native('set', (name, value, options) => { tell('cookie.set', { name, value, options }); }),
  delete: native('delete', (name, options) => { tell('cookie.delete', { name, options }); }),
};
const setHeader = native('setHeader', (name, value) => { tell('setHeader', { name, value }); });

const redirect = native('redirect', (url, status) => { tell('redirect', { url, status }); end(); });
const response = {
  status: native('status', (status) => { tell('response.status', { status }); return response; }),
  json: native('json', (data) => {
    const body = stringify(data);
    if (body === undefined) throw new TypeError("response.json: 'data' is " + (data === undefined ? 'missing' : 'a ' + typeof data));
    tell('response.json', { body });
    end();
  }),
  send: native('send', (body) => { tell('response.send', { body }); end(); }),
};

const limits = { left: native('left', () => parse(host('T' + host('M')))) };
const request = deepFreeze(job.request ?? NO_REQUEST);

return { __proto__: null, request, session, cookie, setHeader, redirect, response, limits };
}
