// status: crashed
// reason: a job that throws is nobody's: its worker ends with it
const settled = Promise.resolve(1);
function Hostile(executor) { executor(() => { throw new Error('from the job'); }, () => { throw new Error('from the job'); }); }
settled.constructor = { [Symbol.species]: Hostile };
settled.then((value) => value);
