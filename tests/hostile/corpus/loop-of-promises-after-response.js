// status: ok
// variables: {}
const again = () => Promise.resolve().then(again);
again();
response.send('<p>');
