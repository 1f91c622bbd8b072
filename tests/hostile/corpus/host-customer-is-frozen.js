// status: ok
// variables: {"thrown": 5, "id": "c_1"}
'use strict';
let thrown = 0;
for (const change of [() => { customer.id = 'c_2'; }, () => { customer.extra = 1; }, () => { delete customer.id; }, () => { getUser().email = 'x'; }, () => { Object.setPrototypeOf(customer, {}); }]) {
  try { change(); } catch { thrown++; }
}
setVariable('thrown', thrown); setVariable('id', getCustomer().id);
