// status: error
// error: RangeError
({ set x(value) { this.x = value; } }).x = 1;
