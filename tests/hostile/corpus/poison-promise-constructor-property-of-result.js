// status: error, ok
// error: Error
// reason: the script's last value is its own to break
const settled = Promise.reject(new Error('mine'));
Object.defineProperty(settled, 'constructor', { get() { throw new Error('poison'); } });
settled;
