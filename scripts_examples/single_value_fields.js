// One value for each key: setCrmField replaces it in place, getCrmFields reads several at once.

EnsureCrmEntity({
  slug: 'weight-tracker',
  name: 'Weight Tracker',
  fields: [
    { key: 'current_weight', label: 'Current weight', type: 'number' },
    { key: 'goal_weight', label: 'Goal weight', type: 'number' }
  ]
});

setCrmField({ slug: 'weight-tracker', fieldKey: 'goal_weight', value: 165 });
setCrmField({ slug: 'weight-tracker', fieldKey: 'current_weight', value: 185 });
setCrmField({ slug: 'weight-tracker', fieldKey: 'current_weight', value: 182 });
var weight = getCrmField({ slug: 'weight-tracker', fieldKey: 'current_weight' });

var fields = getCrmFields({ slug: 'weight-tracker', fieldKeys: ['current_weight', 'goal_weight'] });
var toGo = fields.current_weight - fields.goal_weight;

setVariable('weight', weight);
setVariable('to_go', toGo);
setVariable('weights_kept', getCrmFieldValues({ slug: 'weight-tracker', fieldKey: 'current_weight' }));
