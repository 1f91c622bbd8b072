-- Name a new job for a shard that has writes and no drain, unless somebody else has done so meanwhile.
-- KEYS: list, lock, wakes. ARGV: shard, the id of the job that was to wake it ('': none), the id of the new one.
local waking = redis.call('HGET', KEYS[3], ARGV[1]) or ''
if waking ~= ARGV[2] or redis.call('LLEN', KEYS[1]) == 0 or redis.call('EXISTS', KEYS[2]) == 1 then
  return 0
end
redis.call('HSET', KEYS[3], ARGV[1], ARGV[3])
return 1
