// status: error
// error: SyntaxError
await null;
}})["<eval>"]}; for (;;); ({a() {{
