// What all pages of the weight tracker need: the entity, made where it is not there yet, and how a weight is kept.

const tracker = EnsureCrmEntity({ slug: 'shared-tracker', entityMode: 'data', fields: [{ key: 'weight_kg', type: 'number' }] });

export default tracker;

// Keeps a weight and gives the one before it, null for the first.
export function record(weight_kg) {
  const before = getCrmField({ slug: tracker.slug, fieldKey: 'weight_kg' });
  setCrmField({ slug: tracker.slug, fieldKey: 'weight_kg', value: weight_kg });
  return before;
}
