// Finding entries: filters compare field values; allReferences reads the whole entity, whoever its entries belong to.

EnsureCrmEntity({
  slug: 'listings',
  name: 'Listings',
  entityMode: 'data',
  fields: [
    { key: 'bedrooms', label: 'Bedrooms', type: 'number' },
    { key: 'status', label: 'Status', type: 'select', options: ['available', 'sold', 'pending'] }
  ]
});

function list(title, bedrooms, status) {
  CreateCrmEntry({
    slug: 'listings',
    title: title,
    values: { bedrooms: bedrooms, status: status },
    referenceType: 'office',
    referenceId: title
  });
}
if (getCrmEntries({ slug: 'listings', allReferences: true }).length === 0) {
  list('Elm Street', 3, 'available');
  list('Oak Avenue', 3, 'sold');
  list('Pine Road', 2, 'available');
}

function titles(filters) {
  return getCrmEntries({ slug: 'listings', allReferences: true, filters: filters }).map(function (entry) {
    return entry.title;
  });
}
setVariable('available', titles({ status: 'available' }));
setVariable('available_with_three', titles({ status: 'available', bedrooms: 3 }));
setVariable('sold', titles({ status: 'sold' }));
