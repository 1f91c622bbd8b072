// status: time_limit
new Date(0).setHours({ valueOf() { for (;;); } });
