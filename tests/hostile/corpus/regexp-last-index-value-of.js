// status: time_limit
const pattern = /a/g;
pattern.lastIndex = { valueOf() { for (;;); } };
pattern.exec('a');
