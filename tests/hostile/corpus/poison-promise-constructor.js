// status: ok, error
// error: Error
// reason: the script's last value is watched by its own Promise's means
// variables: {"done": true}
Promise.resolve = Promise.reject = () => { throw new Error('poison'); };
Object.defineProperty(Promise, Symbol.species, { get() { throw new Error('poison'); } });
(async () => { await null; setVariable('done', true); })();
