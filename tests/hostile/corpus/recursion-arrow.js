// status: error
// error: RangeError
const again = () => again() + 1; again();
