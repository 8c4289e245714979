import { createHash } from 'node:crypto'
import type { RedisCommands } from './connection.ts'

/** The parts that a Redis store's parts share. */
export interface RedisDatabase {
  readonly commands: () => RedisCommands
  /** The beginning of every key. */
  readonly prefix: string
  /** In place of the server's clock. */
  readonly clock: (() => number) | undefined
}

/** A step that Redis takes as one: nothing else happens between its lines. It touches one key. */
export interface Script {
  readonly lua: string
  readonly sha: string
}

// ARGV[1] is the time, or empty for the server's own. Lua would write a large number with an exponent.
const PRELUDE = `
  local now = tonumber(ARGV[1])
  if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  local function text(number) return string.format('%.0f', number) end
`

function script(body: string): Script {
  const lua = PRELUDE + body
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

/** Runs a script on a key. The server knows it by its hash; one that was restarted is told the text again. */
export async function run(
  { commands, clock }: RedisDatabase,
  { lua, sha }: Script,
  key: string,
  ...values: readonly (string | number)[]
): Promise<unknown> {
  const call = { keys: [key], arguments: [clock?.() ?? '', ...values].map(String) }
  try {
    return await commands().evalSha(sha, call)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return await commands().eval(lua, call)
  }
}

/** A write that tells whether writes are possible. */
export const beat = script(`
  return redis.call('SET', KEYS[1], text(now))
`)

/** ARGV from 2: fields and values. 0 when the key is there already. */
export const createUser = script(`
  if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
  redis.call('HSET', KEYS[1], 'createdAt', text(now), unpack(ARGV, 2))
  return 1
`)

/** ARGV from 2: address of a user to be. */
export const listUser = script(`
  return redis.call('ZADD', KEYS[1], 0, ARGV[2])
`)

/** ARGV from 2: an address, how many, what they begin with. Answers those that come after it. */
export const usersAfter = script(`
  local from = ARGV[2] < ARGV[4] and '[' .. ARGV[4] or '(' .. ARGV[2]
  local to = ARGV[4] == '' and '+' or '(' .. ARGV[4] .. '\\255'
  return redis.call('ZRANGEBYLEX', KEYS[1], from, to, 'LIMIT', 0, ARGV[3])
`)

/** ARGV from 2: id of the user, `1` to disable and `0` to enable. 0 when the user is another now. */
export const setDisabled = script(`
  if redis.call('HGET', KEYS[1], 'id') ~= ARGV[2] then return 0 end
  if ARGV[3] == '1' then redis.call('HSETNX', KEYS[1], 'disabledAt', text(now))
  else redis.call('HDEL', KEYS[1], 'disabledAt') end
  return 1
`)

/** ARGV from 2: id of the user, hash that was seen, hash to set. 0 when either is another now. */
export const replaceHash = script(`
  local user = redis.call('HMGET', KEYS[1], 'id', 'passwordHash')
  if user[1] ~= ARGV[2] or user[2] ~= ARGV[3] then return 0 end
  redis.call('HSET', KEYS[1], 'passwordHash', ARGV[4])
  return 1
`)

/** ARGV from 2: id of the user. 0 when the user is another now. */
export const markVerified = script(`
  if redis.call('HGET', KEYS[1], 'id') ~= ARGV[2] then return 0 end
  redis.call('HSETNX', KEYS[1], 'verifiedAt', text(now))
  return 1
`)

/** ARGV from 2: id of the user, then fields and values to be added to theirs. 0 when somebody else has the key. */
export const moveUserIn = script(`
  local id = redis.call('HGET', KEYS[1], 'id')
  if id and id ~= ARGV[2] then return 0 end
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'verifiedAt', text(now), unpack(ARGV, 3))
  return 1
`)

/** ARGV from 2: address that was seen, address to set. 0 when it is another now. */
export const repoint = script(`
  if redis.call('GET', KEYS[1]) ~= ARGV[2] then return 0 end
  redis.call('SET', KEYS[1], ARGV[3])
  return 1
`)

/** ARGV from 2: id of the user. Answers the fields of the user and deletes them; nothing when the user is another now. */
export const moveUserOut = script(`
  if redis.call('HGET', KEYS[1], 'id') ~= ARGV[2] then return false end
  local fields = redis.call('HGETALL', KEYS[1])
  redis.call('DEL', KEYS[1])
  return fields
`)

/** ARGV from 2: id of the user, then fields and values. 0 when the user is another now. */
export const setFields = script(`
  if redis.call('HGET', KEYS[1], 'id') ~= ARGV[2] then return 0 end
  redis.call('HSET', KEYS[1], unpack(ARGV, 3))
  return 1
`)

/** ARGV from 2: milliseconds to live; then fields and values of a link. */
export const addLink = script(`
  redis.call('HSET', KEYS[1], 'endsAt', text(now + ARGV[2]), unpack(ARGV, 3))
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 1
`)

/** ARGV from 2: purpose, and `1` to delete it as well. Answers the fields of a link; nothing when it is over or for another purpose. */
export const findLink = script(`
  local link = redis.call('HMGET', KEYS[1], 'purpose', 'endsAt')
  if link[1] ~= ARGV[2] or tonumber(link[2]) <= now then return false end
  local fields = redis.call('HGETALL', KEYS[1])
  if ARGV[3] == '1' then redis.call('DEL', KEYS[1]) end
  return fields
`)

/** Answers the time and the session's fields. */
export const find = script(`
  return {now, redis.call('HGETALL', KEYS[1])}
`)

/**
 * ARGV from 2: idle limit, absolute limit, and how long to keep what has ended, all in milliseconds; then fields and
 * values. Answers the session's fields; nothing when the key is there already.
 */
export const createSession = script(`
  if redis.call('EXISTS', KEYS[1]) == 1 then return false end
  local absolute = now - now % 1000 + ARGV[3]
  local idle = math.min(now + ARGV[2], absolute)
  redis.call('HSET', KEYS[1], 'generation', 0, 'createdAt', text(now), 'rotatedAt', text(now), 'lastSeenAt', text(now),
    'idleExpiresAt', text(idle), 'absoluteExpiresAt', text(absolute), unpack(ARGV, 5))
  redis.call('PEXPIRE', KEYS[1], text(idle - now + ARGV[4]))
  return redis.call('HGETALL', KEYS[1])
`)

/**
 * ARGV from 2: generation that was seen, generation to move to, idle limit and how long to keep what has ended in
 * milliseconds, address, user agent. Answers the session's fields; nothing when it does not move.
 */
export const advance = script(`
  local session = redis.call('HMGET', KEYS[1], 'generation', 'revokedAt', 'idleExpiresAt', 'absoluteExpiresAt')
  if session[1] ~= ARGV[2] or session[2] then return false end
  local absolute = tonumber(session[4])
  if tonumber(session[3]) <= now or absolute <= now then return false end
  local idle = math.min(now + ARGV[4], absolute)
  redis.call('HSET', KEYS[1], 'generation', ARGV[3], 'rotatedAt', text(now), 'lastSeenAt', text(now),
    'idleExpiresAt', text(idle), 'address', ARGV[6], 'userAgent', ARGV[7])
  redis.call('PEXPIRE', KEYS[1], text(idle - now + ARGV[5]))
  return redis.call('HGETALL', KEYS[1])
`)

/** ARGV from 2: generation and key that were seen, empty for none; key to set. Answers the session's fields; nothing when it is another now. */
export const bind = script(`
  local session = redis.call('HMGET', KEYS[1], 'generation', 'revokedAt', 'idleExpiresAt', 'absoluteExpiresAt', 'deviceKey')
  if session[1] ~= ARGV[2] or session[2] or (session[5] or '') ~= ARGV[3] then return false end
  if tonumber(session[3]) <= now or tonumber(session[4]) <= now then return false end
  redis.call('HSET', KEYS[1], 'deviceKey', ARGV[4], 'deviceBoundAt', text(now))
  return redis.call('HGETALL', KEYS[1])
`)

// The copy of its user that a session carries, behind the time at which it was taken.
const COPIES = `
  local DAY = 86400000
  local function mayKeep(mark, seen) return (mark or '') == seen and string.sub(seen, -1) ~= '!' end
  local function keep(user) redis.call('HSET', KEYS[1], 'user', text(now) .. ' ' .. user) end
  local function fresh(copy)
    local taken, user = string.match(copy or '', '^(%d+) (.*)$')
    return taken and taken + DAY > now and user
  end
`

/**
 * ARGV from 2: generation that was presented, idle limit and how long to keep what has ended in milliseconds, address, user agent; then the
 * session's user, as the caller has read it, and the mark that the caller saw before, or nothing twice. Answers the time, whether the session
 * has moved, its user or nothing, and its fields.
 */
export const renew = script(`${COPIES}
  local session = redis.call('HMGET', KEYS[1], 'generation', 'revokedAt', 'idleExpiresAt', 'absoluteExpiresAt', 'user', 'mark', 'deviceKey')
  local moved, user = 0, fresh(session[5])
  if session[1] and not session[2] and tonumber(session[3]) > now and tonumber(session[4]) > now then
    if ARGV[7] ~= '' and mayKeep(session[6], ARGV[8]) then
      user = ARGV[7]
      keep(user)
    end
    if user and session[1] == ARGV[2] and not session[7] then
      local idle = math.min(now + ARGV[3], tonumber(session[4]))
      redis.call('HSET', KEYS[1], 'generation', text(session[1] + 1), 'rotatedAt', text(now), 'lastSeenAt', text(now),
        'idleExpiresAt', text(idle), 'address', ARGV[5], 'userAgent', ARGV[6])
      redis.call('PEXPIRE', KEYS[1], text(idle - now + ARGV[4]))
      moved = 1
    end
  end
  return {now, moved, user or '', redis.call('HGETALL', KEYS[1])}
`)

/** ARGV from 2: user of a session that has just begun. The session carries them from now on, unless a change of theirs has come between. */
export const keepUser = script(`${COPIES}
  local session = redis.call('HMGET', KEYS[1], 'generation', 'revokedAt', 'mark')
  if not session[1] or session[2] or not mayKeep(session[3], '') then return 0 end
  keep(ARGV[2])
  return 1
`)

/** ARGV from 2: a mark. The session has no copy of its user from now on, and gets none while the mark ends with "!". */
export const barUser = script(`
  if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
  redis.call('HDEL', KEYS[1], 'user')
  redis.call('HSET', KEYS[1], 'mark', ARGV[2] .. '!')
  return 1
`)

/** ARGV from 2: the same mark. A copy may be taken again, unless another change of the user is under way. */
export const admitUser = script(`
  if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
  local mark = redis.call('HGET', KEYS[1], 'mark') or ''
  if string.sub(mark, -1) == '!' and mark ~= ARGV[2] .. '!' then return 0 end
  redis.call('HDEL', KEYS[1], 'user')
  redis.call('HSET', KEYS[1], 'mark', ARGV[2])
  return 1
`)

/** ARGV from 2: reason. It lives on as long as it would have, to be refused as what it is. */
export const revoke = script(`
  if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'revokedAt') == 1 then return 0 end
  redis.call('HSET', KEYS[1], 'revokedAt', text(now), 'revokedReason', ARGV[2])
  redis.call('HDEL', KEYS[1], 'user')
  return 1
`)

/** Forgets where a session came from. */
export const forgetOrigin = script(`
  if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
  redis.call('HSET', KEYS[1], 'address', '', 'userAgent', '')
  return 1
`)

/** ARGV from 2: id of the user, roles. 0 when the user is another now. */
export const setRoles = script(`
  if redis.call('HGET', KEYS[1], 'id') ~= ARGV[2] then return 0 end
  redis.call('HSET', KEYS[1], 'roles', ARGV[3])
  return 1
`)

/** ARGV from 2: id of the user. 0 when the user is another now. */
export const deleteUser = script(`
  if redis.call('HGET', KEYS[1], 'id') ~= ARGV[2] then return 0 end
  return redis.call('DEL', KEYS[1])
`)

/** ARGV from 2: id of a session that begins, milliseconds to live: the list lives as long as the longest session in it. */
export const listSession = script(`
  redis.call('ZADD', KEYS[1], text(now), ARGV[2])
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
  return 1
`)

/**
 * ARGV from 2: milliseconds. Answers the ids of the list's sessions: first those that began within them, then the
 * older ones.
 */
export const listed = script(`
  local since = text(now - ARGV[2])
  return {redis.call('ZRANGEBYSCORE', KEYS[1], since, '+inf'), redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. since)}
`)

/** ARGV from 2: points, milliseconds to live for a counter that begins. Answers its points and the milliseconds it has left. */
export const addPoints = script(`
  local ends = tonumber(redis.call('HGET', KEYS[1], 'endsAt') or '0')
  if ends <= now then
    redis.call('DEL', KEYS[1])
    ends = now + ARGV[3]
    redis.call('HSET', KEYS[1], 'endsAt', text(ends))
  end
  local points = redis.call('HINCRBY', KEYS[1], 'points', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], text(ends - now))
  return {points, ends - now}
`)

/** Answers the points of a counter and the milliseconds it has left; nothing when it is forgotten. */
export const findPoints = script(`
  local counter = redis.call('HMGET', KEYS[1], 'points', 'endsAt')
  if not counter[2] or tonumber(counter[2]) <= now then return false end
  return {tonumber(counter[1]), tonumber(counter[2]) - now}
`)

/**
 * ARGV from 2: milliseconds after which the stream is forgotten, most entries, reason; then ids of sessions, or for the reason
 * `access` of users. The name of the stream is the name of the channel, too.
 */
export const addEndings = script(`
  for i = 5, #ARGV do
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'sid', ARGV[i], 'at', text(now), 'reason', ARGV[4])
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  redis.call('PUBLISH', KEYS[1], '')
  return 1
`)

/**
 * ARGV from 2: history and id of the last entry that is known, milliseconds that entries count. Answers the time, the history, the id of
 * the newest entry, whether everything is there, and the entries. The ids go by the server's own clock.
 */
export const endingsAfter = script(`
  local time = redis.call('TIME')
  redis.pcall('XTRIM', KEYS[1], 'MINID', '~', text(time[1] * 1000 - ARGV[4]))
  local info = redis.pcall('INFO', 'replication')
  local epoch = type(info) == 'string' and string.match(info, 'master_replid:(%w+)') or ''
  local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  local last = newest and newest[1] or '0-0'
  local id = ARGV[3]
  local known = id ~= '' and ARGV[2] == epoch and redis.call('XRANGE', KEYS[1], id, '+')
  if not known or (#known == 0 and id ~= last) then return {now, epoch, last, 1, redis.call('XRANGE', KEYS[1], '-', '+')} end
  if known[1] and known[1][1] == id then table.remove(known, 1) end
  return {now, epoch, last, 0, known}
`)

const COUNTING = `
  local function read(id)
    local found = redis.call('HGET', KEYS[1], id)
    local factor = found and cjson.decode(found)
    if factor and factor.endsAt and factor.endsAt <= now then
      redis.call('HDEL', KEYS[1], id)
      return nil
    end
    return factor
  end
`

/** ARGV from 2: id, the factor as JSON, milliseconds that it counts or empty. 0 when one of this id counts. */
export const addFactor = script(`${COUNTING}
  if read(ARGV[2]) then return 0 end
  local factor = cjson.decode(ARGV[3])
  factor.createdAt = now
  if ARGV[4] ~= '' then factor.endsAt = now + ARGV[4] end
  redis.call('HSET', KEYS[1], ARGV[2], cjson.encode(factor))
  return 1
`)

/** Answers the factors that count, as JSON. */
export const listFactors = script(`${COUNTING}
  local found = {}
  for _, id in ipairs(redis.call('HKEYS', KEYS[1])) do
    local factor = read(id)
    if factor then table.insert(found, cjson.encode(factor)) end
  end
  return found
`)

/** ARGV from 2: id, counter that was seen, counter to set, data. 0 when the counter is another now. */
export const useFactor = script(`${COUNTING}
  local factor = read(ARGV[2])
  if not factor or factor.counter ~= tonumber(ARGV[3]) then return 0 end
  factor.counter = tonumber(ARGV[4])
  factor.data = ARGV[5]
  factor.usedAt = now
  redis.call('HSET', KEYS[1], ARGV[2], cjson.encode(factor))
  return 1
`)

/** ARGV from 2: id. 0 when it is not there. */
export const takeFactor = script(`${COUNTING}
  return read(ARGV[2]) and redis.call('HDEL', KEYS[1], ARGV[2]) or 0
`)

/** ARGV from 2: kind, or empty for all. Answers how many went. */
export const removeFactors = script(`${COUNTING}
  local count = 0
  for _, id in ipairs(redis.call('HKEYS', KEYS[1])) do
    local factor = read(id)
    if factor and (ARGV[2] == '' or factor.kind == ARGV[2]) then count = count + redis.call('HDEL', KEYS[1], id) end
  end
  return count
`)
