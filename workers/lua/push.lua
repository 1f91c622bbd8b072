-- Append writes to their shards' lists and say which shards are to be woken: those that nobody has been woken for.
-- KEYS: the wakes, then a list for each of n shards. ARGV: for each shard its number and an id for the job that would
-- wake it, then for each write the place of its shard among the n (from 1) and its payload.
local shards = #KEYS - 1
for at = 2 * shards + 1, #ARGV, 2 do
  redis.call('RPUSH', KEYS[ARGV[at] + 1], ARGV[at + 1])
end
local woken = {}
for shard = 1, shards do
  if redis.call('HSETNX', KEYS[1], ARGV[2 * shard - 1], ARGV[2 * shard]) == 1 then
    woken[#woken + 1] = shard
  end
end
return woken
