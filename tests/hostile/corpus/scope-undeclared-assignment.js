// status: ok
// variables: {"value": 1}
undeclared = 1; setVariable('value', globalThis.undeclared);
