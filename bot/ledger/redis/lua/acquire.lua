-- Takes the lease if it is free, with a fence that was never given before.
-- KEYS: lease, head. ARGV: id, addr, nonce, ttl in ms.
local held = redis.call('HMGET', KEYS[1], 'id', 'addr', 'fence')
local fence
if held[1] then
  -- One's own, when the answer to the first try was lost.
  local tail = ':' .. ARGV[3]
  if string.sub(held[3], -#tail) ~= tail then
    return {'held', held[1], held[2], tostring(redis.call('PTTL', KEYS[1]))}
  end
  fence = held[3]
else
  fence = redis.call('HINCRBY', KEYS[2], 'term', 1) .. ':' .. ARGV[3]
end
redis.call('HSET', KEYS[1], 'id', ARGV[1], 'addr', ARGV[2], 'fence', fence)
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('HSET', KEYS[2], 'fence', fence)
return {'ok', fence}
