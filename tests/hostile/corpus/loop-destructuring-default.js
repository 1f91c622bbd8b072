// status: time_limit
const { missing = (() => { for (;;); })() } = {};
