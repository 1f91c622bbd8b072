// status: ok
// variables: {"text": "'); DROP TABLE entries; --"}
setCrmField({ slug: 'notes', fieldKey: 'text', value: "'); DROP TABLE entries; --" });
setVariable('text', getCrmField({ slug: 'notes', fieldKey: 'text' }));
