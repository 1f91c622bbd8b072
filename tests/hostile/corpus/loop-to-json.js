// status: time_limit
JSON.stringify({ toJSON() { for (;;); } });
