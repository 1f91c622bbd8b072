// status: ok
// variables: {"names": ["TypeError", "TypeError", "TypeError", "TypeError", "TypeError", 1]}
import * as m from 'good';
const name = (f) => { try { f(); return 'done'; } catch (error) { return error.name; } };
setVariable('names', [
  name(() => Object.defineProperty(m, 'one', { value: 2 })), name(() => Object.defineProperty(m, 'new', { value: 2 })),
  name(() => Object.setPrototypeOf(m, {})), name(() => Object.defineProperty(m, 'one', { get() { for (;;); } })),
  name(() => Object.freeze(m)), m.one,
]);
