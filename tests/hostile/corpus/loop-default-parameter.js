// status: time_limit
(function trap(value = (() => { for (;;); })()) { })();
