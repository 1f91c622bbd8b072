// status: time_limit
for (let state = 0; ;) switch (state) { case 0: state = 1; break; default: state = 0; }
