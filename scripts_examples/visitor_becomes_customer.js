// What an anonymous visitor left behind becomes the customer's, once they are known.

EnsureCrmEntity({
  slug: 'quiz-answers',
  name: 'Quiz answers',
  fields: [{ key: 'favourite', label: 'Favourite', type: 'text' }]
});
addCrmFieldValue({
  slug: 'quiz-answers',
  fieldKey: 'favourite',
  value: 'green',
  referenceType: 'visitor',
  referenceId: 'v_1'
});

var result = reassignCrmReference({ slug: 'quiz-answers', fromReferenceType: 'visitor', fromReferenceId: 'v_1' });
setVariable('migrated', result.migrated);
setVariable('merged', result.merged);
setVariable('favourite', getCrmField({ slug: 'quiz-answers', fieldKey: 'favourite' }));
setVariable(
  'left_behind',
  getCrmEntries({ slug: 'quiz-answers', referenceType: 'visitor', referenceId: 'v_1' }).length
);
