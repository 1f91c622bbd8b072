-- Append writes to their shards' lists, and have a job made for each shard that none is on its way to.
-- KEYS: the wakes, then a list for each of n shards.
-- ARGV: for each shard its number, the id of the job that would drain it, and the commands that make this job, packed
-- (an array of commands, each an array of its parts; '' for none); then for each write the place of its shard among the
-- n (from 1) and its payload.
local shards = #KEYS - 1
for at = 3 * shards + 1, #ARGV, 2 do
  redis.call('RPUSH', KEYS[ARGV[at] + 1], ARGV[at + 1])
end
for shard = 1, shards do
  local number, job, commands = ARGV[3 * shard - 2], ARGV[3 * shard - 1], ARGV[3 * shard]
  if redis.call('HSETNX', KEYS[1], number, job) == 1 and commands ~= '' then
    for _, command in ipairs(cmsgpack.unpack(commands)) do
      redis.call(unpack(command))
    end
  end
end
