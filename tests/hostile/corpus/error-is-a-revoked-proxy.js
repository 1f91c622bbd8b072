// status: error
// error: Error
const { proxy, revoke } = Proxy.revocable({}, {}); revoke();
throw proxy;
