// Tells the host where in the author's file a call stands: ahead of each one in runs that are done again from a tape,
// else behind those that the host warns of.

(shared) => {
const { pristine, part, host } = shared;
const { Error, 'Error.prototype.@stack': rawStackOf, 'JSON.stringify': stringify } = pristine;
// As many frames as stand between an author's line and this, and some room.
const FRAMES = 64;

function place() {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const raw = rawStackOf(new Error());
  Error.stackTraceLimit = limit;
  const found = part('errors').firstPlace(raw);
  return found === null ? 'null' : '[' + stringify(found.file) + ',' + found.line + ',' + found.column + ']';
}

function telling(send) {
  return (frame) => {
    if (frame[0] === 'C' || frame[0] === 'T') send('S' + place());
    return send(frame);
  };
}

// A template's calls stand in expressions, which have numbers.
function tell() {
  host('W' + (shared.expression ?? place()));
}

return { __proto__: null, telling, tell };
}
