// status: ok
// variables: {"owner": "mine", "other": null}
var customer = { id: 'c_2' }; globalThis.is_customer = false; getCustomer = () => customer;
setCrmField({ slug: 'notes', fieldKey: 'owner', value: 'mine' });
setVariable('owner', getCrmField({ slug: 'notes', fieldKey: 'owner', referenceId: 'c_1' }));
setVariable('other', getCrmField({ slug: 'notes', fieldKey: 'owner', referenceId: 'c_2' }));
