// status: error
// error: Error
const { proxy, revoke } = Proxy.revocable(new Error('x'), {}); revoke();
throw proxy;
