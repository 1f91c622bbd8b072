// status: time_limit
({ [(() => { for (;;); })()]: 1 });
