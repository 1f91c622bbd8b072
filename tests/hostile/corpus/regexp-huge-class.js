// status: ok, error, time_limit, memory_limit
// error: SyntaxError
// reason: built or refused
for (let turn = 0; turn < 50; turn++) new RegExp('[' + '\\p{L}\\P{L}'.repeat(200) + ']', 'u').test('a');
