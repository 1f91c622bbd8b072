// status: limit
(async () => { for (;;) await null; })();
