// status: ok
// variables: {"clean": true}
const text = JSON.stringify(Object.getOwnPropertyNames(globalThis));
setVariable('clean', !/python|host|zygote/i.test(text));
