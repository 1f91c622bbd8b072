// status: ok
// variables: {"symbols": 0, "enumerable": []}
setVariable('symbols', Object.getOwnPropertySymbols(globalThis).filter((key) => key !== Symbol.toStringTag).length);
setVariable('enumerable', Object.keys(globalThis));
