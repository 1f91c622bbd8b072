// Tells the host, ahead of each call, where in the author's file it stands: for runs that are done again from a tape.

({ pristine, part }) => {
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

return (host) => (frame) => {
  if (frame[0] === 'C' || frame[0] === 'T') host('S' + place());
  return host(frame);
};
}
