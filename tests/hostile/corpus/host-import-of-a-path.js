// status: error
// error: SyntaxError, TypeError, ReferenceError, Error
async function main() { await import('/etc/passwd'); }
main();
