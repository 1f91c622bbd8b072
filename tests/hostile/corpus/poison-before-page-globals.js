// status: ok
// variables: {"told": [2, "GET", "TypeError"]}
Object.prototype.toJSON = () => 'broken';
Array.prototype[Symbol.iterator] = function () { throw 1; };
Object.prototype.get = Object.prototype.set = () => 1;
Function.prototype.call = Function.prototype.bind = () => { throw 2; };
delete Object.prototype.get; delete Object.prototype.set;
session.set('a', 2);
let told = 'nothing';
try { redirect('//evil.example'); } catch (error) { told = error.name; }
setVariable('told', [session.get('a'), request.method, told]);
