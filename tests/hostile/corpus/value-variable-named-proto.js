// status: ok
// variables: {"__proto__": "own", "text": "own", "none": null}
setVariable('__proto__', 'own'); setVariable('text', getVariable('__proto__')); setVariable('none', getVariable('toString'));
