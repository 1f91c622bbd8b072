// status: ok
// variables: {"numbers": [1.7976931348623157e+308, 5e-324, 1e21, 1e-7, 0.1, 123456789012345680000], "same": true}
const numbers = [Number.MAX_VALUE, Number.MIN_VALUE, 1e21, 1e-7, 0.1, 123456789012345680000];
setVariable('numbers', numbers);
setVariable('same', getVariable('numbers').every((number, index) => Object.is(number, numbers[index])));
