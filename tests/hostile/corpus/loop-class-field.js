// status: time_limit
class Trap { field = (() => { for (;;); })(); }
new Trap();
