// status: memory_limit
Iterator.from({ next: () => ({ value: 1, done: false }) }).toArray();
