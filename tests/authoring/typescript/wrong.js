setCrmFeild({});
setCrmField({ slug: 'deals', feildKey: 'deal_value', value: 1 });
clearCrmEntries({ slug: 'dealz' });
getCrmField({ slug: 'deals', fieldKey: 'deal_valeu' });
moveCrmToStage({ slug: 'deals', stageSlug: 'wonn' });
getCrmFields({ slug: 'deals', fieldKeys: ['deal_value'] }).deal_valeu;
request.mehtod;
setCrmField({ slug: 'deals', fieldKey: 'city', value: new Date() });
