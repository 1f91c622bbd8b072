// status: ok
// variables: {"sum": 15}
var setCrmField = 1, getCrmField = 2, setVariable2 = setVariable, console = 3, customer = 4, request = 5, session = 6, http = 7, limits = 8, getCustomer = 9;
setVariable2('sum', setCrmField + getCrmField + console + customer + request);
