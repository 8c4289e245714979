import { createHash } from 'node:crypto'
import type { RedisCommands } from './redis-connection.ts'

/** A step that Redis takes as one: nothing else happens between its lines. It touches one key. */
export interface Script {
  readonly lua: string
  readonly sha: string
}

function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

/** Runs a script on a key. The server knows it by its hash; one that was restarted is told the text again. */
export async function run(
  commands: RedisCommands,
  { lua, sha }: Script,
  key: string,
  ...values: readonly (string | number)[]
): Promise<number> {
  const call = { keys: [key], arguments: values.map(String) }
  try {
    return Number(await commands.evalSha(sha, call))
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return Number(await commands.eval(lua, call))
  }
}

/** ARGV: fields and values. 0 when the key is there already. */
export const createRecord = script(`
  if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
  redis.call('HSET', KEYS[1], unpack(ARGV))
  return 1
`)

/** ARGV: milliseconds to live, then as {@link createRecord}. */
export const createExpiring = script(`
  if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
  redis.call('HSET', KEYS[1], unpack(ARGV, 2))
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  return 1
`)

/** ARGV: id of the user, hash that was seen, hash to set. 0 when either is another now. */
export const replaceHash = script(`
  local user = redis.call('HMGET', KEYS[1], 'id', 'passwordHash')
  if user[1] ~= ARGV[1] or user[2] ~= ARGV[2] then return 0 end
  redis.call('HSET', KEYS[1], 'passwordHash', ARGV[3])
  return 1
`)

/** ARGV: generation that was seen, generation to move to, now, idle end, address, user agent, milliseconds to live. */
export const advance = script(`
  local session = redis.call('HMGET', KEYS[1], 'generation', 'revokedAt', 'idleExpiresAt', 'absoluteExpiresAt')
  local now = tonumber(ARGV[3])
  if session[1] ~= ARGV[1] or session[2] then return 0 end
  if tonumber(session[3]) <= now or tonumber(session[4]) <= now then return 0 end
  redis.call('HSET', KEYS[1], 'generation', ARGV[2], 'rotatedAt', ARGV[3], 'lastSeenAt', ARGV[3],
    'idleExpiresAt', ARGV[4], 'address', ARGV[5], 'userAgent', ARGV[6])
  redis.call('PEXPIRE', KEYS[1], ARGV[7])
  return 1
`)

/** ARGV: now, reason. It lives on as long as it would have, to be refused as what it is. */
export const revoke = script(`
  if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'revokedAt') == 1 then return 0 end
  redis.call('HSET', KEYS[1], 'revokedAt', ARGV[1], 'revokedReason', ARGV[2])
  return 1
`)

/** ARGV: when the session began, its id, milliseconds to live: the list lives as long as the longest session in it. */
export const listSession = script(`
  redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
  return 1
`)
