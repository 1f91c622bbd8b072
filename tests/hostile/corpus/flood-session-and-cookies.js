// status: limit
for (let n = 0;; n++) try { session.set('k' + n, n); cookie.set('k' + n, n); setHeader('k' + n, n); } catch { }
