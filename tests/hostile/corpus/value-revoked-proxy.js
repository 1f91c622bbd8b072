// status: error
// error: TypeError
const { proxy, revoke } = Proxy.revocable({}, {}); revoke();
setCrmField({ slug: 'notes', fieldKey: 'text', value: proxy });
