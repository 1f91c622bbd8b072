// Renews the list of runs while someone looks at it.
(function () {
  var list = document.getElementById('list');
  if (!list) return;
  var shown = null;
  function renew() {
    if (document.hidden) return;
    fetch('/_debug/list').then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.text();
    }).then(function (text) {
      if (shown !== text && !list.contains(document.activeElement)) list.innerHTML = text;
      shown = text;
    }).catch(function () {});
  }
  setInterval(renew, 1500);
  document.addEventListener('visibilitychange', renew);
})();
