// status: ok
// variables: {"pair": {"a": [1, "b"]}}
Object.prototype.toJSON = () => 'poison'; String.prototype.toJSON = Number.prototype.toJSON = Array.prototype.toJSON = Object.prototype.toJSON;
setVariable('pair', { a: [1, 'b'] });
