// status: error
// error: SyntaxError
})(); globalThis.__host; (function () {
