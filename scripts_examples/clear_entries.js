// Starting over: deletes all that the customer has of one entity (here: the entries of the weight tracker).

EnsureCrmEntity({
  slug: 'weight-tracker',
  name: 'Weight Tracker',
  fields: [{ key: 'weighin_history', label: 'Weigh-ins', type: 'json' }]
});
[185, 184, 182].forEach(function (weight) {
  addCrmFieldValue({ slug: 'weight-tracker', fieldKey: 'weighin_history', value: { weight: weight } });
});

var result = clearCrmEntries({ slug: 'weight-tracker' });
// { ok: true, deleted: 3 } where there was nothing before

setVariable('cleared', result);
setVariable('left', getCrmEntries({ slug: 'weight-tracker' }).length);
