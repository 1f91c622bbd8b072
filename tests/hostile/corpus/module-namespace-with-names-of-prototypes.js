// status: ok
// variables: {"own": [["__proto__", "constructor", "toString"], 1, null, 1]}
import * as m from 'proto';
setVariable('own', [Object.keys(m), m.toString, Object.getPrototypeOf(m), Object.getOwnPropertyDescriptor(m, '__proto__').value]);
