// status: ok
// variables: {"done": true}
globalThis.setCrmField = globalThis.setVariable; globalThis.getCrmField = undefined; console.log = undefined;
GetCrmField({ slug: 'notes', fieldKey: 'text' });
setVariable('done', true);
