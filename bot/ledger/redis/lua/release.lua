-- Gives the lease back, so that the next one need not wait for its end; what
-- the old holder may still have under way is refused from now on.
-- KEYS: lease, head. ARGV: fence, channel.
if redis.call('HGET', KEYS[2], 'fence') == ARGV[1] then redis.call('HSET', KEYS[2], 'fence', '') end
if redis.call('HGET', KEYS[1], 'fence') == ARGV[1] then
  redis.call('DEL', KEYS[1])
  redis.call('PUBLISH', ARGV[2], 'free')
end
return {'ok'}
