// A weight tracker: the entity with its pipeline, a weigh-in at every run, and the stage that follows from it.
// Run it again: it finds what the run before stored, and the history grows until the goal is reached.

EnsureCrmEntity({
  slug: 'weight-tracker',
  name: 'Weight Tracker',
  fields: [
    { key: 'current_weight', label: 'Current weight', type: 'number' },
    { key: 'goal_weight', label: 'Goal weight', type: 'number' },
    { key: 'last_checkin', label: 'Last check-in', type: 'date' },
    { key: 'weighin_history', label: 'Weigh-ins', type: 'json', ui_editable: false }
  ],
  pipelines: [
    {
      slug: 'progress',
      name: 'Progress',
      stages: [
        { slug: 'starting', name: 'Starting' },
        { slug: 'in-progress', name: 'In Progress', status: 'active' },
        { slug: 'goal-reached', name: 'Goal Reached', status: 'won' }
      ]
    }
  ]
});

var today = new Date().toISOString().slice(0, 10);
var before = getCrmFields({ slug: 'weight-tracker', fieldKeys: ['current_weight', 'goal_weight'] });
var goal = before.goal_weight === null ? 165 : before.goal_weight;
var weight = before.current_weight === null ? 185 : Math.max(before.current_weight - 4, goal);

var written = setCrmFields({
  slug: 'weight-tracker',
  fields: [
    { fieldKey: 'current_weight', value: weight },
    { fieldKey: 'goal_weight', value: goal },
    { fieldKey: 'last_checkin', value: today }
  ]
});
var stage = written.created ? 'starting' : weight > goal ? 'in-progress' : 'goal-reached';
moveCrmToStage({ slug: 'weight-tracker', stageSlug: stage, entryId: written.id });
addCrmFieldValue({ slug: 'weight-tracker', fieldKey: 'weighin_history', value: { date: today, weight: weight } });

var history = getCrmFieldValues({ slug: 'weight-tracker', fieldKey: 'weighin_history', limit: 200 });
var weights = history.map(function (weighin) { return weighin.weight; }).reverse();
console.log('Weigh-in ' + history.length + ' of ' + (getUser().name || 'a visitor') + ': ' + weights.join(', '));
if (weight > goal) {
  console.info(weight - goal + ' to go');
} else {
  console.info('The goal is reached');
}

setVariable('current_weight', weight);
setVariable('weighins', history.length);
setVariable('stage', stage);
setVariable('show_congrats', weight <= goal);
