// status: error
// error: Error
Promise.prototype.then = () => { throw new Error('poison'); };
async function main() { throw new Error('mine'); }
main();
