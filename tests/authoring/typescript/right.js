setCrmFields({ slug: 'weight-tracker', fields: [{ fieldKey: 'current_weight', value: 182 }] });
setCrmField({ slug: 'weight-tracker', field_key: 'goal_weight', value: 165, reference_id: 7 });
var seen = getCrmEntries({ slug: 'deals', stageSlug: 'won', filters: { deal_value: 1 } });
console.log(seen[0].values.deal_value, seen[0].relations.city);
moveCrmLead({ slug: 'deals', pipelineSlug: 'sales', stageSlug: 'won' });
moveCrmToEntity({ fromSlug: 'weight-tracker', toSlug: 'deals', fieldMap: { goal_weight: 'deal_value' }, stageSlug: 'new' });
SetCrmRelation({ slug: 'deals', relationKey: 'city', targetEntryId: CreateCrmEntry({ slug: 'cities' }).id });
EnsureCrmEntity({ slug: 'something-new', fields: [{ key: 'anything', type: 'select', options: ['a', { value: 1 }] }] });
