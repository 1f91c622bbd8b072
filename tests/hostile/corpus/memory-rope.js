// status: memory_limit, time_limit
// reason: whichever is short first
let text = ''; for (;;) text = text + 'abcdefghij' + text.length;
