-- Erases private parts, all or none. Those of archived entries are noted, for
-- they stand in files.
-- KEYS: private, head, erased. ARGV: fence, sequence numbers.
local head = redis.call('HMGET', KEYS[2], 'size', 'fence', 'base')
if head[2] ~= ARGV[1] then return {'fenced'} end
local size, base = tonumber(head[1] or '0'), tonumber(head[3] or '0')
for i = 2, #ARGV do
  local seq = tonumber(ARGV[i])
  if seq < 0 or seq >= size then return {'missing', ARGV[i]} end
end
for i = 2, #ARGV do
  redis.call('HDEL', KEYS[1], ARGV[i])
  if tonumber(ARGV[i]) < base then redis.call('SADD', KEYS[3], ARGV[i]) end
end
return {'ok'}
