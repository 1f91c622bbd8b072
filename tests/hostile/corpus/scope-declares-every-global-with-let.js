// status: ok
// variables: {"sum": 15}
let getCrmField = 2, console = 3, is_customer = 5, getUser = 6, CrmError = 7, setCrmField = 1;
const customer = 4;
setVariable('sum', setCrmField + getCrmField + console + customer + is_customer);
