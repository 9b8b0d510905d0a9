"""What Redis does in one step each: nobody else's command comes between two lines of a script.

A conversation has a hash (its id, when it was seen, whether the standing line is on, and the
sealed rest), a list of its last messages, a list of its transcript, and a mark when it has ended.
Times are Redis's own, so that doors with different clocks agree.
"""

# Keys: hash, messages, transcript, mark. Arguments: quiet seconds.
LOAD = """
if redis.call('EXISTS', KEYS[4]) == 1 then return {'ended'} end
local seen = redis.call('HGET', KEYS[1], 'seen')
if not seen then return {'unknown'} end
if tonumber(redis.call('TIME')[1]) - tonumber(seen) > tonumber(ARGV[1]) then
    redis.call('DEL', KEYS[2])
    redis.call('HDEL', KEYS[1], 'crisis')
end
return {
    'known',
    redis.call('HMGET', KEYS[1], 'id', 'crisis', 'about'),
    redis.call('LRANGE', KEYS[2], 0, -1),
    redis.call('LRANGE', KEYS[3], 0, -1),
}
"""

# Keys: hash, messages, transcript, mark. Arguments: the id that the door last knew ("" for none),
# the id now, seconds to keep all, seconds to keep messages, most messages, most transcript parts,
# 1 for a crisis, the sealed rest, the prefix of ids, the conversation's key, the number of new
# messages, then these, then new transcript parts.
SAVE = """
if redis.call('EXISTS', KEYS[4]) == 1 then return {'ended'} end
local known = redis.call('HGET', KEYS[1], 'id')
if known and ARGV[1] ~= '' and known ~= ARGV[1] then
    -- Somebody started it again at another door. What was said before is void, danger is not.
    if ARGV[7] == '1' then redis.call('HSET', KEYS[1], 'crisis', '1') end
    return {'stale'}
end
local id = ARGV[2]
if known and ARGV[1] == '' then id = known end
if known and known ~= id then
    redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], ARGV[9] .. known)
end
redis.call('HSET', KEYS[1], 'id', id, 'seen', redis.call('TIME')[1], 'about', ARGV[8])
if ARGV[7] == '1' then redis.call('HSET', KEYS[1], 'crisis', '1') end
local first = 12 + tonumber(ARGV[11])
for place = 12, first - 1 do redis.call('RPUSH', KEYS[2], ARGV[place]) end
for place = first, #ARGV do redis.call('RPUSH', KEYS[3], ARGV[place]) end
redis.call('LTRIM', KEYS[2], -tonumber(ARGV[5]), -1)
redis.call('LTRIM', KEYS[3], -tonumber(ARGV[6]), -1)
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[4])
redis.call('EXPIRE', KEYS[3], ARGV[3])
redis.call('SET', ARGV[9] .. id, ARGV[10], 'EX', ARGV[3])
return {'saved', id}
"""

# Keys: hash, messages, transcript, mark, the record of endings. Arguments: seconds to keep the
# mark, the prefix of ids, the conversation's key, most endings to keep.
END = """
local id = redis.call('HGET', KEYS[1], 'id')
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
if id then redis.call('DEL', ARGV[2] .. id) end
redis.call('SET', KEYS[4], '1', 'EX', ARGV[1])
redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[4], '*', 'key', ARGV[3])
redis.call('EXPIRE', KEYS[5], ARGV[1])
return id
"""

# Keys: the queue. Arguments: ticket, milliseconds for which it stands without a sign of life, the
# prefix of signs of life. Returns whether it is the first.
ENTER = """
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], 600000)
redis.call('SET', ARGV[3] .. ARGV[1], '1', 'PX', ARGV[2])
return redis.call('LINDEX', KEYS[1], 0) == ARGV[1] and 1 or 0
"""

# The same keys and arguments. Returns 1 when it is this ticket's turn, 0 when not, -1 when the
# queue was lost. Tickets of a door that died are taken out.
WAIT = """
redis.call('SET', ARGV[3] .. ARGV[1], '1', 'PX', ARGV[2])
while true do
    local first = redis.call('LINDEX', KEYS[1], 0)
    if not first then return -1 end
    if first == ARGV[1] then return 1 end
    if redis.call('EXISTS', ARGV[3] .. first) == 1 then return 0 end
    redis.call('LPOP', KEYS[1])
end
"""

# The same keys; arguments: ticket, prefix of signs of life.
LEAVE = """
redis.call('LREM', KEYS[1], 0, ARGV[1])
redis.call('DEL', ARGV[2] .. ARGV[1])
return 1
"""

# Keys: a message. Arguments: milliseconds. Returns nothing when it is now the caller's to answer,
# else its answer, which is empty while another door is at it.
CLAIM = """
local answer = redis.call('GET', KEYS[1])
if answer then return answer end
redis.call('SET', KEYS[1], '', 'PX', ARGV[1])
return false
"""
