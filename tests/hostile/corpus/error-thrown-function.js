// status: error
// error: Error
throw function named() { for (;;); };
