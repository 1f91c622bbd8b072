// status: time_limit
Iterator.from({ next: () => ({ value: 1, done: false }) }).reduce((sum, value) => sum + value, 0);
