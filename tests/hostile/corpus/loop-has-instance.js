// status: time_limit
1 instanceof { [Symbol.hasInstance]() { for (;;); } };
