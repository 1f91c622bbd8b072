// An entity with all that can be said of it. Running again changes nothing: what an admin edited stays as it is.

// The entity that the relation points to, which an admin may have made before. Its id is counted per brand.
var cities = EnsureCrmEntity({ slug: 'cities', name: 'Cities', singularName: 'City', entityMode: 'data' });

var result = EnsureCrmEntity({
  slug: 'properties',
  name: 'Properties',
  singularName: 'Property',
  pluralName: 'Properties',
  entityMode: 'data', // 'crm' (default) or 'data'
  icon: 'building',
  fields: [
    { key: 'address', label: 'Address', type: 'text' },
    { key: 'price', label: 'Price', type: 'number' },
    { key: 'bedrooms', label: 'Bedrooms', type: 'number' },
    { key: 'photo', label: 'Photo', type: 'image', ui_editable: false },
    { key: 'city', label: 'City', type: 'reference', options: { target_entity_id: cities.id } },
    { key: 'status', label: 'Status', type: 'select', options: ['available', 'sold', 'pending'] },
    {
      key: 'listing_date',
      label: 'Listing Date',
      type: 'date',
      reportingConfig: { reportable: true, aggregationType: 'date' }
    }
  ]
});

setVariable('created', result.created);
setVariable('fields_added', result.fields_added);
setVariable('fields_skipped', result.fields_skipped);
