// status: time_limit
('a'.repeat(60) + 'b').search(/(a+)+$/);
