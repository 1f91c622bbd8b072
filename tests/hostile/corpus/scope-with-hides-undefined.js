// status: ok
// variables: {"sum": 3}
with ({ undefined: 1, NaN: 2 }) { setVariable('sum', undefined + NaN); }
