// All of a customer's entries at once: allEntries moves every one, without it the newest alone.

EnsureCrmEntity({
  slug: 'tickets',
  name: 'Tickets',
  pipelines: [
    {
      slug: 'support',
      name: 'Support',
      stages: [
        { slug: 'open', name: 'Open', status: 'active' },
        { slug: 'closed', name: 'Closed', status: 'won' }
      ]
    }
  ]
});
CreateCrmEntry({ slug: 'tickets', title: 'No invoice' });
CreateCrmEntry({ slug: 'tickets', title: 'Wrong address', pipelineSlug: 'support', stageSlug: 'open' });

var newest = moveCrmToStage({ slug: 'tickets', stageSlug: 'closed' });
setVariable('newest', [newest.moved, newest.totalMatched]);

var all = moveCrmToStage({ slug: 'tickets', stageSlug: 'closed', allEntries: true });
setVariable('all', [all.moved, all.totalMatched]);
setVariable('open', getCrmEntries({ slug: 'tickets', stageSlug: 'open' }).length);
