// status: time_limit, error
// error: TypeError
// reason: a length past the safe integers
[].concat({ length: 2 ** 53 - 1, [Symbol.isConcatSpreadable]: true }, [1]);
