// Errors can be caught: a CrmError says by its code what the data forbids, a TypeError what is wrong with the call.

EnsureCrmEntity({ slug: 'cities', name: 'Cities', entityMode: 'data' });
EnsureCrmEntity({
  slug: 'properties',
  name: 'Properties',
  entityMode: 'data',
  fields: [
    { key: 'address', label: 'Address', type: 'text' },
    { key: 'city', label: 'City', type: 'reference', options: { target_entity: 'cities' } }
  ]
});
CreateCrmEntry({ slug: 'properties', values: { address: '123 Main Street' } });

try {
  SetCrmRelation({ slug: 'properties', relationKey: 'city', targetEntryId: 'abc123' });
} catch (error) {
  setVariable('relation', error instanceof CrmError && error.code);
}

try {
  // @ts-expect-error
  setCrmField({ slug: 'properties', fieldKey: 'address', value: new Date() });
} catch (error) {
  console.warn(error.message);
  setVariable('date', error.name);
}

try {
  getCrmEntries({ slug: 'propertys' });
} catch (error) {
  console.warn(error.message);
  setVariable('slug', error.name);
}
