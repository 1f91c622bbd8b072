-- Turn a dead letter into a new write at the end of its shard's list, once. Gives -1 where it is not there any more as
-- it was read, 1 where the shard is to be woken, 0 where that was done before.
-- KEYS: dead letters, list, wakes. ARGV: id, its record as read, the new payload, shard, an id for the job to wake it.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then
  return -1
end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('RPUSH', KEYS[2], ARGV[3])
return redis.call('HSETNX', KEYS[3], ARGV[4], ARGV[5])
