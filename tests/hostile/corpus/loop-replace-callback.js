// status: time_limit
'aaa'.replace(/a/g, () => { for (;;); });
