// status: error
// error: RangeError
({ get x() { return this.x; } }).x;
