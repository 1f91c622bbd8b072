// status: time_limit
while (true) { try { while (true); } catch (error) { } }
