// A lead becomes a deal: mapped field values are copied into a new entry of another entity, on the stage named.

EnsureCrmEntity({
  slug: 'leads',
  name: 'Leads',
  fields: [
    { key: 'lead_score', label: 'Score', type: 'number' },
    { key: 'source', label: 'Source', type: 'select', options: ['advert', 'friend'] }
  ]
});
EnsureCrmEntity({
  slug: 'deals',
  name: 'Deals',
  fields: [
    { key: 'initial_score', label: 'Initial score', type: 'number' },
    { key: 'lead_source', label: 'Source of the lead', type: 'text' }
  ],
  pipelines: [{ slug: 'sales', name: 'Sales', stages: [{ slug: 'new', name: 'New' }] }]
});
setCrmFields({
  slug: 'leads',
  fields: [
    { fieldKey: 'lead_score', value: 42 },
    { fieldKey: 'source', value: 'friend' }
  ]
});

var result = moveCrmToEntity({
  fromSlug: 'leads',
  toSlug: 'deals',
  fieldMap: { lead_score: 'initial_score', source: 'lead_source' },
  pipelineSlug: 'sales',
  stageSlug: 'new',
  removeFromOld: false // true deletes the lead after the copy
});

var deal = getCrmEntries({ slug: 'deals', entryId: result.ids[0] })[0];
setVariable('copied', result.moved);
setVariable('removed', result.removed_from_old);
setVariable('deal', { values: deal.values, stage: deal.stage_slug });
setVariable('leads', getCrmEntries({ slug: 'leads' }).length);
