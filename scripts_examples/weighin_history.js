// Many values of one key: each addCrmFieldValue makes an entry of its own, and they are read newest first.

EnsureCrmEntity({
  slug: 'weight-tracker',
  name: 'Weight Tracker',
  fields: [{ key: 'weighin_history', label: 'Weigh-ins', type: 'json' }]
});

addCrmFieldValue({
  slug: 'weight-tracker',
  fieldKey: 'weighin_history',
  value: { date: '2026-03-24', weight: 184, notes: 'on an empty stomach' }
});
addCrmFieldValue({
  slug: 'weight-tracker',
  fieldKey: 'weighin_history',
  value: { date: '2026-03-31', weight: 182, notes: 'post-workout' }
});

var history = getCrmFieldValues({ slug: 'weight-tracker', fieldKey: 'weighin_history', limit: 200 });
setVariable('newest', history[0]);
setVariable('weighins', history.length);
