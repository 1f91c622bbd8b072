// A data collection whose entries point to entries of others: one city each, and any number of agents.

EnsureCrmEntity({
  slug: 'cities',
  name: 'Cities',
  entityMode: 'data',
  fields: [{ key: 'name', label: 'Name', type: 'text' }]
});
EnsureCrmEntity({ slug: 'agents', name: 'Agents', entityMode: 'data' });
EnsureCrmEntity({
  slug: 'properties',
  name: 'Properties',
  entityMode: 'data',
  fields: [
    { key: 'address', label: 'Address', type: 'text' },
    { key: 'price', label: 'Price', type: 'number' },
    { key: 'bedrooms', label: 'Bedrooms', type: 'number' },
    { key: 'status', label: 'Status', type: 'select', options: ['available', 'sold', 'pending'] },
    { key: 'city', label: 'City', type: 'reference', options: { target_entity: 'cities', display_field: 'name' } },
    { key: 'agents', label: 'Agents', type: 'multi_reference', options: { target_entity: 'agents' } }
  ]
});

var property = CreateCrmEntry({
  slug: 'properties',
  title: '123 Main St',
  values: {
    address: '123 Main Street, Springfield',
    price: 450000,
    bedrooms: 3,
    status: 'available'
  }
});
var springfield = CreateCrmEntry({ slug: 'cities', title: 'Springfield', values: { name: 'Springfield' } });
var shelbyville = CreateCrmEntry({ slug: 'cities', title: 'Shelbyville', values: { name: 'Shelbyville' } });
var agents = ['Kim', 'Lou'].map(function (name) { return CreateCrmEntry({ slug: 'agents', title: name }).id; });

// A reference holds one target: the second takes the first one's place
SetCrmRelation({ slug: 'properties', relationKey: 'city', targetEntryId: shelbyville.id });
var city = SetCrmRelation({ slug: 'properties', relationKey: 'city', targetEntryId: springfield.id });

// A multi_reference holds a set
agents.forEach(function (id) {
  SetCrmRelation({ slug: 'properties', relationKey: 'agents', targetEntryId: id });
});
var unlinked = RemoveCrmRelation({ slug: 'properties', relationKey: 'agents', targetEntryId: agents[0] });

var stored = getCrmEntries({ slug: 'properties', entryId: property.id })[0];
setVariable('address', stored.values.address);
setVariable('city', getCrmField({ slug: 'cities', fieldKey: 'name', entryId: stored.relations.city[0] }));
setVariable('cities_linked', city.targets.length);
setVariable('agents_removed', unlinked.removed);
setVariable('agents', stored.relations.agents.map(function (id) {
  return getCrmEntries({ slug: 'agents', entryId: id })[0].title;
}));
