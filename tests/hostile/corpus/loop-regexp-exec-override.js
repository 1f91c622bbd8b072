// status: time_limit, memory_limit
// reason: its matches are kept: whichever is short first
const pattern = /a/g;
pattern.exec = () => ({ index: 0, 0: '', length: 1 });
'aaaa'.replace(pattern, 'b');
