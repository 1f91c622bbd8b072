// status: error
// error: RangeError
function again() { return new Promise(() => { again(); throw 1; }); }
function direct() { direct(); }
again(); direct();
