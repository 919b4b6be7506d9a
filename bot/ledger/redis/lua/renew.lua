-- KEYS: lease, head. ARGV: fence, ttl in ms.
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] or redis.call('HGET', KEYS[2], 'fence') ~= ARGV[1] then
  return {'fenced'}
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {'ok'}
