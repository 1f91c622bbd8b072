// Entries of another record than the customer: here of order 12345.

EnsureCrmEntity({
  slug: 'weight-tracker',
  name: 'Weight Tracker',
  fields: [{ key: 'status', label: 'Status', type: 'text' }]
});

setCrmField({
  slug: 'weight-tracker',
  referenceType: 'order',
  referenceId: '12345',
  fieldKey: 'status',
  value: 'shipped'
});

// A number is taken as its digits
var entries = getCrmEntries({ slug: 'weight-tracker', referenceType: 'order', referenceId: 12345 });
setVariable('entries', entries.length);
setVariable('reference', [entries[0].reference_type, entries[0].reference_id]);
setVariable('order_status', entries[0].values.status);
setVariable('customer_status', getCrmField({ slug: 'weight-tracker', fieldKey: 'status' }));
