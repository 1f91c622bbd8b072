// status: memory_limit, error
// error: InternalError, RangeError
// reason: each match brings the whole rest of the text
'a'.repeat(1e5).replace(/a/g, "$'$`");
