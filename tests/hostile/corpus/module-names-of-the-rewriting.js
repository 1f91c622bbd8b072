// status: ok
// variables: {"this": "undefined"}
const $aaf = 1, $aau = 2, $aad = 3;
await null;
export default [$aaf, $aau, $aad];
setVariable('this', typeof this);
