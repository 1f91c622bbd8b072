// status: time_limit
class Trap { static { for (;;); } }
