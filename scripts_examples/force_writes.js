// Several fields: in one cycle with setCrmFields, or one by one with force, which skips the look for the key
// and writes into the newest entry.

EnsureCrmEntity({
  slug: 'weight-tracker',
  name: 'Weight Tracker',
  fields: [
    { key: 'current_weight', label: 'Current weight', type: 'number' },
    { key: 'goal_weight', label: 'Goal weight', type: 'number' },
    { key: 'last_checkin', label: 'Last check-in', type: 'date' }
  ]
});
var today = new Date().toISOString();

var together = setCrmFields({
  slug: 'weight-tracker',
  fields: [
    { fieldKey: 'current_weight', value: 182 },
    { fieldKey: 'goal_weight', value: 165 },
    { fieldKey: 'last_checkin', value: today }
  ]
});

var one = setCrmField({ slug: 'weight-tracker', fieldKey: 'current_weight', value: 181, force: true });
setCrmField({ slug: 'weight-tracker', fieldKey: 'goal_weight', value: 164, force: true });
setCrmField({ slug: 'weight-tracker', fieldKey: 'last_checkin', value: today, force: true });

setVariable('created', together.created);
setVariable('same_entry', one.id === together.id);
setVariable(
  'fields',
  getCrmFields({ slug: 'weight-tracker', fieldKeys: ['current_weight', 'goal_weight', 'last_checkin'] })
);
