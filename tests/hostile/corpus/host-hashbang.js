// status: ok, error
// error: SyntaxError
// reason: only a file's first line may be one
#!/usr/bin/env node
1;
