// status: error
// error: TypeError
async function main() { await null; null.x; }
main();
