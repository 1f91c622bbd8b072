// status: ok
// variables: {"object": {"__proto__": 1}, "back": ["__proto__"]}
Object.defineProperty(Object.prototype, '__proto__', { set() { throw new Error('poison'); }, get() { throw new Error('poison'); } });
setVariable('object', JSON.parse('{"__proto__": 1}'));
setVariable('back', Object.keys(getVariable('object')));
