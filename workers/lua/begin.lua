-- Take a shard's lock and read the first writes of its list. A list on which a drain has ended without a result
-- before (tries > 1) gives one write only.
-- KEYS: list, lock, tries, wakes, settled. ARGV: shard, token, milliseconds that the lock lasts, how many to read.
if redis.call('LLEN', KEYS[1]) == 0 then
  redis.call('HDEL', KEYS[4], ARGV[1])
  return {'empty'}
end
if not redis.call('SET', KEYS[2], ARGV[2], 'NX', 'PX', ARGV[3]) then
  return {'busy'}
end
local tries = redis.call('INCR', KEYS[3])
local count = tries > 1 and 1 or tonumber(ARGV[4])
local settled = tonumber(redis.call('GET', KEYS[5]) or '0')
return {'held', tries, settled, redis.call('LRANGE', KEYS[1], 0, count - 1)}
