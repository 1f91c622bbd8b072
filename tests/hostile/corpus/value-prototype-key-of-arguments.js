// status: error
// error: TypeError
setCrmField(JSON.parse('{"__proto__": {"slug": "notes"}, "fieldKey": "text", "value": 1}'));
