// status: ok
// variables: {"list": [1, 2]}
class List extends Array { }
setVariable('list', List.from([1, 2]));
