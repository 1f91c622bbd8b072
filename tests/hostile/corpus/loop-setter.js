// status: time_limit
({ set x(value) { for (;;); } }).x = 1;
