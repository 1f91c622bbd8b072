// status: time_limit
let turns = 0; do turns = (turns + 1, turns | 0); while (turns = 1, true);
