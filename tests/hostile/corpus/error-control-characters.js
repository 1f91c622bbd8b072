// status: error
// error: Error
throw new Error('\u001b[2J\r\n\u2028"\\');
