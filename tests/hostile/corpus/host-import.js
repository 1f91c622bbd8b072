// status: error
// error: SyntaxError, TypeError, ReferenceError, Error
import('std').then((std) => setVariable('found', Object.keys(std)));
async function main() { return import('os'); }
main();
