// status: ok
setVariable('text', '\uD83D\uDE00' + '😀'.length);
