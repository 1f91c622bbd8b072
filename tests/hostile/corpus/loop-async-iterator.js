// status: limit
(async () => { for await (const value of { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ value: 1 }) }) }); })();
