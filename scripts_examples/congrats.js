// Reading back: compares two stored fields and sets a variable that the page's template can ask for.

EnsureCrmEntity({
  slug: 'weight-tracker',
  name: 'Weight Tracker',
  fields: [
    { key: 'current_weight', label: 'Current weight', type: 'number' },
    { key: 'goal_weight', label: 'Goal weight', type: 'number' }
  ]
});
setCrmFields({
  slug: 'weight-tracker',
  fields: [
    { fieldKey: 'current_weight', value: 164 },
    { fieldKey: 'goal_weight', value: 165 }
  ]
});

var weight = getCrmField({ slug: 'weight-tracker', fieldKey: 'current_weight' });
var goal = getCrmField({ slug: 'weight-tracker', fieldKey: 'goal_weight' });
if (weight && goal && Number(weight) <= Number(goal)) {
  setVariable('show_congrats', true);
}
