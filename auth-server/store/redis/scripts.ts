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

/** A script of this body; `now` and `text()` are there. */
export function script(body: string): Script {
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
