// status: ok
// variables: {"a": [2, 3, 2]}
const { [await 'b']: b = 2 } = {};
class A extends (await class { c = 3; }) { d = b; }
setVariable('a', [b, new A().c, new A().d]);
