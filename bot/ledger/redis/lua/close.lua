-- Notes that the entries before a number are closed: processes may make files
-- of them, so what is erased there from now on is noted too.
-- KEYS: head, closed. ARGV: fence, to, checkpoint.
local head = redis.call('HMGET', KEYS[1], 'size', 'fence', 'closed')
if head[2] ~= ARGV[1] then return {'fenced'} end
local to = tonumber(ARGV[2])
if to > tonumber(head[1] or '0') then return {'missing'} end
if to >= tonumber(head[3] or '0') then
  redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
  redis.call('HSET', KEYS[1], 'closed', ARGV[2])
end
return {'ok'}
