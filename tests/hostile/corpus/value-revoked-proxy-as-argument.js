// status: error
// error: TypeError
const { proxy, revoke } = Proxy.revocable({}, {}); revoke();
setCrmField(proxy);
