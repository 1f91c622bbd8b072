for (;;) setVariable('a' + Math.random(), 'x'.repeat(1000));
