// status: time_limit
((strings) => { for (;;); })`text`;
