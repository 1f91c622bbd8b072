// status: ok
// variables: {"made": 0}
let made = 0;
try { [].map.constructor('return 1')(); made++; } catch { }
try { ''['constructor']['constructor']('return 1')(); made++; } catch { }
try { Reflect.getPrototypeOf(function* () { }).constructor('yield 1')(); made++; } catch { }
try { getCustomer.constructor.constructor('return 1')(); made++; } catch { }
setVariable('made', made);
