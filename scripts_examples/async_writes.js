// Writes in the background: the call returns at once with what is known, and the data follows.

EnsureCrmEntity({
  slug: 'weight-tracker',
  name: 'Weight Tracker',
  fields: [
    { key: 'current_weight', label: 'Current weight', type: 'number' },
    { key: 'last_checkin', label: 'Last check-in', type: 'date' },
    { key: 'last_page_view', label: 'Last page view', type: 'datetime' },
    { key: 'page_views', label: 'Page views', type: 'json' }
  ]
});
EnsureCrmEntity({
  slug: 'deals',
  name: 'Deals',
  pipelines: [
    {
      slug: 'sales',
      name: 'Sales',
      stages: [
        { slug: 'new', name: 'New' },
        { slug: 'contacted', name: 'Contacted' }
      ]
    }
  ]
});
CreateCrmEntry({ slug: 'deals', title: 'Ten seats' });
var today = new Date().toISOString();

var results = [
  setCrmField({ slug: 'weight-tracker', fieldKey: 'last_page_view', value: today, async: true }),
  setCrmFields({
    slug: 'weight-tracker',
    fields: [
      { fieldKey: 'current_weight', value: 182 },
      { fieldKey: 'last_checkin', value: today }
    ],
    async: true
  }),
  addCrmFieldValue({
    slug: 'weight-tracker',
    fieldKey: 'page_views',
    value: { url: '/dashboard', ts: today },
    async: true
  }),
  moveCrmLead({ slug: 'deals', pipelineSlug: 'sales', stageSlug: 'contacted', async: true })
];

setVariable('accepted', results.map(function (result) { return result.ok && result.queued; }));
