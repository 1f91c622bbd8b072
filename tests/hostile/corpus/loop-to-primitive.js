// status: time_limit
`${{ [Symbol.toPrimitive]() { for (;;); } }}`;
