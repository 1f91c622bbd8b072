// status: time_limit
({ get x() { for (;;); } }).x;
