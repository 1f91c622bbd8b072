-- Take what was done off a shard's list, keep what is dead, and go on: read more, or let the lock go.
-- Only for the holder of the lock, and only if the list still begins with what the holder read: a lock that expired,
-- or a server that came back with an older state, must not cost a write.
-- KEYS: list, lock, tries, wakes, settled, dead letters.
-- ARGV: shard, token, milliseconds that the lock lasts, how many are done, the first and the last of them, how many to
-- read (0: no more), an id for the job that goes on in that case ('': none), then an id and a record for each dead letter.
if redis.call('GET', KEYS[2]) ~= ARGV[2] then
  return {'lost'}
end
local done = tonumber(ARGV[4])
if done > 0 then
  if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[5] or redis.call('LINDEX', KEYS[1], done - 1) ~= ARGV[6] then
    redis.call('DEL', KEYS[2])
    return {'lost'}
  end
  for at = 9, #ARGV, 2 do
    redis.call('HSETNX', KEYS[6], ARGV[at], ARGV[at + 1])
  end
  redis.call('LTRIM', KEYS[1], done, -1)
  redis.call('INCRBY', KEYS[5], done)
  redis.call('DEL', KEYS[3])
end
if redis.call('LLEN', KEYS[1]) == 0 then
  redis.call('HDEL', KEYS[4], ARGV[1])
  redis.call('DEL', KEYS[2])
  return {'empty'}
end
local count = tonumber(ARGV[7])
if count == 0 then
  redis.call('DEL', KEYS[2], KEYS[3])
  if ARGV[8] == '' then
    redis.call('HDEL', KEYS[4], ARGV[1])
  else
    redis.call('HSET', KEYS[4], ARGV[1], ARGV[8])
  end
  return {'more'}
end
redis.call('PEXPIRE', KEYS[2], ARGV[3])
local tries = redis.call('INCR', KEYS[3])
local settled = tonumber(redis.call('GET', KEYS[5]) or '0')
return {'held', tries, settled, redis.call('LRANGE', KEYS[1], 0, count - 1)}
