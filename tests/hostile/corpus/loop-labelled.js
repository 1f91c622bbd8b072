// status: time_limit
outer: for (;;) { for (;;) { continue outer; } }
