// A deal on its way: moves by slug, by id, to a stage whose pipeline is found, and to another pipeline's first stage.

EnsureCrmEntity({
  slug: 'deals',
  name: 'Deals',
  singularName: 'Deal',
  pipelines: [
    {
      slug: 'sales',
      name: 'Sales',
      stages: [
        { slug: 'new', name: 'New' },
        { slug: 'qualified', name: 'Qualified', color: '#3b82f6' },
        { slug: 'won', name: 'Won', status: 'won' },
        { slug: 'lost', name: 'Lost', status: 'lost' }
      ]
    },
    {
      slug: 'onboarding',
      name: 'Onboarding',
      stages: [
        { slug: 'kick-off', name: 'Kick-off' },
        { slug: 'live', name: 'Live' }
      ]
    }
  ]
});
var deal = CreateCrmEntry({ slug: 'deals', title: 'Ten seats' });

function stage() {
  var entry = getCrmEntries({ slug: 'deals', entryId: deal.id })[0];
  return entry.pipeline_slug + ': ' + entry.stage_slug;
}
var path = [stage()];

// By slug (recommended: works across environments)
var bySlug = moveCrmLead({ slug: 'deals', pipelineSlug: 'sales', stageSlug: 'qualified' });
path.push(stage());

moveCrmToStage({ slug: 'deals', stageSlug: 'won' });
path.push(stage());

moveCrmToPipeline({ slug: 'deals', pipelineSlug: 'onboarding' });
path.push(stage());

// By id, as this brand counts them
var byId = moveCrmLead({ slug: 'deals', pipelineId: bySlug.pipeline_id, stageId: bySlug.stage_id });
path.push(stage());

setVariable('path', path);
setVariable('moved', byId.moved);
setVariable('deals', byId.totalMatched);
