// status: time_limit
'' + { toString() { for (;;); } };
