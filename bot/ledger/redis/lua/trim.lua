-- Takes entries out that stand in files.
-- KEYS: log, private, head. ARGV: fence, to.
local head = redis.call('HMGET', KEYS[3], 'closed', 'fence', 'base')
if head[2] ~= ARGV[1] then return {'fenced'} end
local to, base = tonumber(ARGV[2]), tonumber(head[3] or '0')
if to > tonumber(head[1] or '0') then return {'missing'} end
if to <= base then return {'ok'} end
redis.call('XTRIM', KEYS[1], 'MINID', '=', string.format('%.0f-0', to + 1))
local seqs = {}
for seq = base, to - 1 do
  seqs[#seqs + 1] = string.format('%.0f', seq)
  if #seqs == 500 or seq == to - 1 then
    redis.call('HDEL', KEYS[2], unpack(seqs))
    seqs = {}
  end
end
redis.call('HSET', KEYS[3], 'base', ARGV[2])
return {'ok'}
