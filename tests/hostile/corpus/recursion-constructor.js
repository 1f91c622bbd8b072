// status: error
// error: RangeError
class Nest { constructor() { this.inner = new Nest(); } }
new Nest();
