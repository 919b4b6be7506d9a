-- Appends a batch, all or nothing. Every refusal comes before the first write:
-- after it Redis refuses nothing more to a script, be it for want of memory,
-- disk or replicas.
-- KEYS: log, private, head. ARGV: fence, at, digest, checkpoint, one letter
-- for each record (p: has a private part), then leaf and private parts.
local head = redis.call('HMGET', KEYS[3], 'size', 'fence', 'last')
if head[2] ~= ARGV[1] then return {'fenced'} end
local size, at, letters = tonumber(head[1] or '0'), tonumber(ARGV[2]), ARGV[5]
if head[3] == ARGV[3] and size == at + #letters then
  -- The same batch again, for its answer was lost. To write moves the offset
  -- that WAIT waits for on this connection.
  redis.call('HSET', KEYS[3], 'size', head[1])
  return {'ok'}
end
if size ~= at then return {'behind', string.format('%.0f', size)} end
local arg, fields = 6, {}
for i = 1, #letters do
  redis.call('XADD', KEYS[1], string.format('%.0f-0', at + i), 'l', ARGV[arg])
  arg = arg + 1
  if string.byte(letters, i) == 112 then
    fields[#fields + 1] = string.format('%.0f', at + i - 1)
    fields[#fields + 1] = ARGV[arg]
    arg = arg + 1
    if #fields == 500 then
      redis.call('HSET', KEYS[2], unpack(fields))
      fields = {}
    end
  end
end
if #fields > 0 then redis.call('HSET', KEYS[2], unpack(fields)) end
size = string.format('%.0f', at + #letters)
redis.call('HSET', KEYS[3], 'size', size, 'checkpoint', ARGV[4], 'last', ARGV[3])
return {'ok'}
