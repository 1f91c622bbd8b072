// status: ok
// variables: {"pair": {"a": [1]}}
const Object = 1, Array = 2; let JSON = 3, Error = 4; var Promise = 5; function String() { } class Map { }
setVariable('pair', { a: [1] }); console.log({ a: 1 });
