// status: memory_limit, time_limit, error
// error: TypeError, InternalError
// reason: whichever is short first
setVariable('x', new Proxy({}, { ownKeys() { const keys = []; for (let index = 0; ; index++) keys.push('k' + index); } }));
