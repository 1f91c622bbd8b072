-- Append writes to their shards' lists, and have a job made for each shard that none is on its way to.
-- KEYS: the wakes, then a list for each of n shards.
-- ARGV: for each shard its number, the id of the job that would drain it, and how many of the last arguments are the
-- commands that make this job: for each command the number of its parts, then the parts. Then the number of writes, for
-- each write the place of its shard among the n (from 1) and its payload, and the commands.
local shards = #KEYS - 1
local at = 3 * shards + 1
local writes = tonumber(ARGV[at])
for write = 1, writes do
  redis.call('RPUSH', KEYS[ARGV[at + 1] + 1], ARGV[at + 2])
  at = at + 2
end
at = at + 1
for shard = 1, shards do
  local wakes = redis.call('HSETNX', KEYS[1], ARGV[3 * shard - 2], ARGV[3 * shard - 1]) == 1
  local ending = at + tonumber(ARGV[3 * shard])
  while at < ending do
    local parts = tonumber(ARGV[at])
    if wakes then
      redis.call(unpack(ARGV, at + 1, at + parts))
    end
    at = at + 1 + parts
  end
end
