// status: ok
// variables: {"path": "/"}
request.path = '/other'; request.headers.host = 'evil'; delete request.path;
setVariable('path', request.path);
