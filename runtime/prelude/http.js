// Requests to the web, where the host lets scripts make them.

({ pristine, native, ask, encode }) => {
const { TypeError, 'JSON.stringify': stringify } = pristine;

function call(name, values) {
  return ask(name, encode(values, name, '', null, 1));
}

const http = {
  get: native('get', (url, headers) => call('http.get', { url, headers })),
  post: native('post', (url, body, headers) => {
    if (typeof body === 'string' || body === undefined || body === null) return call('http.post', { url, headers, body });
    const text = stringify(body);
    if (text === undefined) throw new TypeError("http.post: 'body' is a " + typeof body);
    return call('http.post', { url, headers, body: text, json: true });
  }),
};

return { __proto__: null, http };
}
