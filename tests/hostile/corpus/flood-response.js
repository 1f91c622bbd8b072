// status: limit
response.send('x'.repeat(400_000));
