// status: ok
// variables: {"got": "minemine"}
class CrmError { } function getCrmField() { return 'mine'; } class console { static log() { return 'mine'; } }
setVariable('got', getCrmField() + console.log());
