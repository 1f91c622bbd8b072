// status: ok
// variables: {"list": [1, 2]}
const list = [1, 2]; list.extra = 3; list.length = 2;
setVariable('list', list);
