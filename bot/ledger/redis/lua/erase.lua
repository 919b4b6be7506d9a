-- Erases private parts, all or none. Those of closed entries are noted, for
-- they may stand in files.
-- KEYS: private, head, erased. ARGV: fence, sequence numbers.
local head = redis.call('HMGET', KEYS[2], 'size', 'fence', 'closed')
if head[2] ~= ARGV[1] then return {'fenced'} end
local size, closed = tonumber(head[1] or '0'), tonumber(head[3] or '0')
for i = 2, #ARGV do
  local seq = tonumber(ARGV[i])
  if seq < 0 or seq >= size then return {'missing', ARGV[i]} end
end
for i = 2, #ARGV do
  if tonumber(ARGV[i]) < closed then redis.call('SETBIT', KEYS[3], ARGV[i], 1) end
  redis.call('HDEL', KEYS[1], ARGV[i])
end
return {'ok'}
